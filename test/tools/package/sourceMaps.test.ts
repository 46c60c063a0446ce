/** The maps of the package name the same lines as those that esbuild makes. */
import { SourceMap } from 'node:module';
import test from 'ava';
import { transformSync } from 'esbuild';
import { byLines } from '../../../tools/package/sourceMaps.js';

const source = `export function first(a: number): number {
  const sum = a + 1; const twice = sum * 2;

  return twice > 10 ? twice : sum;
}
export const second = (text: string) =>
  text.split(',').map(each => each.trim())
    .filter(each => each.length > 0);
`;

test('each place of the code leads to the same line of the source, in a shorter map', t => {
  for (const minifyWhitespace of [true, false]) {
    const { code, map } = transformSync(source, {
      loader: 'ts',
      sourcemap: true,
      sourcefile: 'a.ts',
      minifyWhitespace,
    });
    const whole = JSON.parse(map);
    const short = { ...whole, names: [], mappings: byLines(whole.mappings) };
    const [before, after] = [new SourceMap(whole), new SourceMap(short)];
    for (const [row, line] of code.split('\n').entries()) {
      for (let column = 0; column < line.length; column++) {
        const [was, is] = [before.findEntry(row, column), after.findEntry(row, column)];
        t.is('originalLine' in is ? is.originalLine : -1, 'originalLine' in was ? was.originalLine : -1);
      }
    }
    t.true(short.mappings.length < whole.mappings.length);
  }
});

test('lines without code, several sources and places of none come through', t => {
  t.is(byLines(';;AAAA;'), ';;AAAA;');
  t.is(byLines('AAAA,CAAC,E,GCEA,CAAC'), 'AAAA,G,GCEC');
  t.is(byLines('gCAAgBA,IAAjB;AACDC'), 'gCAAgB;AAClB');
});

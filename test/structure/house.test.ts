/** The house's measures never rise, and each finds what it is there to find. */
import test from 'ava';
import { circlesOfFiles, circlesOfFolders } from './circles.js';
import { questionDocstrings, undocumented } from './docstrings.js';
import { functionsOf } from './functions.js';
import { measureHouse } from './house.js';
import { importGraph } from './imports.js';

/** The most offenders that each measure may have. These numbers only go down, at last to 0. */
const ceilings: Readonly<Record<string, number>> = {
  'house.circles': 0,
  'house.arrows.up': 0,
  'house.undocumented': 0,
  'house.longest.function': 0,
  'house.docstrings.question': 0,
};

for (const { name, offenders } of measureHouse()) {
  test(`${name} has at most ${ceilings[name]} offenders`, t => {
    const count = offenders.length;
    if (count < ceilings[name]) t.log(`${count} now: the ceiling may go down`);
    t.true(count <= ceilings[name], `${count} (npm run bench:house -- --list):\n${offenders.join('\n')}`);
  });
}

const graphOf = (files: Record<string, string>) => importGraph(new Map(Object.entries(files)));

test('a circle of files is found, type imports included, and a line of files is none', t => {
  const circle = graphOf({
    'a/x.ts': "import type { Y } from './y.js';",
    'a/y.ts': "export { z } from './z.js';",
    'a/z.ts': "type X = import('./x.js').X;",
  });
  t.deepEqual(
    circlesOfFiles(circle).map(({ members }) => members),
    [['a/x.ts', 'a/y.ts', 'a/z.ts']],
  );
  t.deepEqual(circlesOfFiles(circle)[0].imports[0], 'a/x.ts:1 imports a/y.ts');
  const line = graphOf({ 'a/x.ts': "import './y.js';", 'a/y.ts': "import './z.js';", 'a/z.ts': '' });
  t.deepEqual(circlesOfFiles(line), []);
});

test('a circle of folders is found where no file has one, a folder and its own subfolder too', t => {
  const between = graphOf({
    'a/x.ts': "import '../b/x.js';",
    'b/x.ts': '',
    'b/y.ts': "import '../a/y.js';",
    'a/y.ts': '',
  });
  t.deepEqual(circlesOfFiles(between), []);
  t.deepEqual(
    circlesOfFolders(between).map(({ members }) => members),
    [['a', 'b']],
  );
  const within = graphOf({ 'a/x.ts': "import './b/x.js';", 'a/b/x.ts': "import '../y.js';", 'a/y.ts': '' });
  t.is(circlesOfFolders(within).length, 1);
  const down = graphOf({ 'a/x.ts': "import './b/x.js';", 'a/b/x.ts': '' });
  t.deepEqual(circlesOfFolders(down), []);
});

const user = (names: string) => `import { ${names} } from '../../a/b/x.js';`;

test('a public function without a docstring is found, its documented twin is not', t => {
  const found = (text: string, from = 'a/c/y.ts', names = 'f') =>
    undocumented(
      new Map([
        ['a/b/x.ts', text],
        [from, user(names)],
      ]),
    ).map(({ name }) => name);
  for (const bare of [
    'export function f() {}',
    'export async function f() {}',
    'export class f {}',
    'export const f = () => 1;',
  ]) {
    t.deepEqual(found(bare), ['f'], bare);
    t.deepEqual(found(`/** Says what. */\n${bare}`), [], bare);
    t.deepEqual(found(bare, 'a/c/y.ts', 'g'), [], 'of another name');
    t.deepEqual(found(bare, 'a/b/z.ts'), [], 'in the same room');
    t.deepEqual(found(bare, 'test/b/y.test.ts'), [], 'by a test');
  }
  t.deepEqual(found('export const f = 1;'), [], 'a value');
});

test('a function that is public by way of another file is found', t => {
  const sources = new Map([
    ['a/b/own.ts', 'export function f() {}\nexport function g() {}'],
    ['a/b/x.ts', "export { f as h } from './own.js';"],
    ['a/c/y.ts', user('h')],
  ]);
  t.deepEqual(undocumented(sources), [{ path: 'a/b/own.ts', line: 1, name: 'f' }]);
  const all = new Map([...sources, ['a/b/x.ts', "export * from './own.js';"], ['a/c/y.ts', user('g')]]);
  t.deepEqual(undocumented(all), [{ path: 'a/b/own.ts', line: 2, name: 'g' }]);
  const whole = new Map([...sources, ['a/c/y.ts', "import * as own from '../b/own.js';"]]);
  t.is(undocumented(whole).length, 2);
});

test('the lines of functions are counted in TypeScript and in C', t => {
  const body = (lines: number) => '  x();\n'.repeat(lines);
  const lengths = (path: string, text: string) =>
    functionsOf(path, text).map(({ name, line, lines }) => [name, line, lines]);
  t.deepEqual(lengths('x.ts', `\nfunction f() {\n${body(3)}}\n`), [['f', 2, 5]]);
  t.deepEqual(lengths('x.ts', `const f = async () => {\n${body(2)}};\n`), [['f', 1, 4]]);
  t.deepEqual(lengths('x.ts', `class A {\n  m() {\n${body(1)}  }\n}\n`), [['m', 2, 3]]);
  t.deepEqual(lengths('x.c', `int a;\nstatic void f(int a,\n\tint b)\n{\n${body(2)}}\n`), [['f', 2, 6]]);
  t.deepEqual(lengths('x.c', `void g(void);\nstruct a {\n  int b;\n};\nint *f(void) {\n${body(1)}}\n`), [
    ['f', 5, 3],
  ]);
});

test('a docstring that opens with a question word is found, others are not', t => {
  const words = (text: string) => questionDocstrings(new Map([['x.ts', text]])).map(({ word }) => word);
  const doc = (...lines: string[]) => `/*${'*'} ${lines.join('\n * ')} */`;
  for (const word of ['What', 'Who', 'Whoever', 'Where', 'How', 'Whether']) {
    t.deepEqual(words(doc(`${word} is it.`)), [word]);
    t.deepEqual(words(doc('', `${word} is it.`)), [word]);
    t.deepEqual(words(doc(`A thing. ${word} is it.`)), []);
  }
  t.deepEqual(words(doc('However it is.')), []);
});

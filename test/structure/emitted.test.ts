/** The language of what is emitted for XS, whatever the sources and the packages were written in. */
import test from 'ava';
import { bundleGuest, bundleRecorder } from '../../host-sim/engine/guests.js';
import { bundleFirmware } from '../../host-sim/node/bundle/firmware.js';
import { absentInXs, newerThanXs } from './emitted.js';

test('an image, and what the host runs beside it, contain nothing newer than XS 13.3', async t => {
  const image = await bundleFirmware({ entry: 'firmware/apps/relay/main.ts' });
  const plain = await bundleFirmware({ entry: 'firmware/apps/relay/main.ts', minify: false });
  for (const text of [
    image.text,
    plain.text,
    await bundleGuest('boot.ts'),
    await bundleGuest('prelude.ts'),
    await bundleRecorder(),
  ]) {
    t.deepEqual(newerThanXs(text), []);
    t.true(text.length > 1000);
  }
});

test('what is newer is made older, and found if it were not', async t => {
  const sources = [
    'class A { static { globalThis.x = 1; } }',
    'export class A { x = 1; static zero = new A(); }',
    'export const f = (a, b) => a?.b ?? (b ||= 1);',
  ];
  for (const contents of sources) {
    const { text } = await bundleFirmware({ stdin: { contents, loader: 'js' } });
    t.deepEqual(newerThanXs(text), [], contents);
  }
});

const twins: [refused: string, allowed: string][] = [
  ['class A { static { f(); } }', 'class A { static f() {} }'],
  ['class A { x = 1; static zero = new A(); }', 'class A { #x = 1; static zero = 0; }'],
  ['{ using x = f(); }', 'const using = f();'],
  ['await f();', 'async () => await f();'],
  ['import("./x.js");', 'const imported = "import(";'],
  ['/[\\p{L}--a]/v;', '/\\p{L}/u;'],
  ['/a(?i:b)/;', '/a(?:b)/i;'],
  ...[...absentInXs].map(name => [`a.${name}();`, `const ${name} = 1;`] as [string, string]),
];

for (const [refused, allowed] of twins) {
  test(`found, and its twin is not: ${refused}`, t => {
    t.is(newerThanXs(refused).length, 1, refused);
    t.deepEqual(newerThanXs(allowed), [], allowed);
  });
}

import test from 'ava';
import { findingsIn, forbiddenGlobals } from './language.js';
import { isCode, readSources } from './sources.js';

test('firmware/ uses no global and no construct that XS lacks', t => {
  const sources = readSources(path => path.startsWith('firmware/') && isCode(path));
  const wrong: string[] = [];
  for (const [path, text] of sources) {
    for (const { line, what } of findingsIn(path, text)) wrong.push(`${path}:${line}: ${what}`);
  }
  t.log(`${sources.size} files`);
  t.true(sources.size > 50);
  t.deepEqual(wrong, []);
});

test("every forbidden global is found, and a name of one's own is not", t => {
  for (const name of forbiddenGlobals) {
    t.deepEqual(
      findingsIn('x.ts', `export const x = () => ${name};`).map(({ what }) => what),
      [`the global ${name}`],
    );
    t.deepEqual(
      findingsIn('x.ts', `export const x = (${name}: number) => ${name} + { ${name}: 1 }.${name};`),
      [],
    );
    t.deepEqual(
      findingsIn('x.ts', `import { ${name} } from './own.js'; export const x = () => ${name};`),
      [],
    );
  }
});

const twins: [name: string, refused: string, allowed: string][] = [
  [
    'a declared global',
    'declare const Buffer: any; Buffer.alloc(1);',
    'export type { Buffer } from "buffer";',
  ],
  ['a shorthand', 'export const x = { process };', 'export const x = { process: 1 };'],
  ['a call', 'setTimeout(() => {}, 1);', 'clock.setTimeout(() => {}, 1);'],
  ['typeof', 'if (typeof process === "object") go();', 'if (typeof own === "object") go();'],
  ['as a type only', 'export const x = new URL("a");', 'export type X = { crypto: Crypto; URL: URL };'],
  ['a port', 'crypto.sign();', 'ports.crypto.sign();'],
  ['a static block', 'class A { static { go(); } }', 'class A { static go() {} }'],
  [
    'a static of itself',
    'class A { x = 1; static zero = new A(); }',
    'class A { static zero = new A(); go() {} }',
  ],
  [
    'a member without a value',
    'class A { #a: B | undefined; }',
    'class A { #a: B | undefined = undefined; #b: C; readonly #c: C | undefined; constructor() { this.#b = new C(); } }',
  ],
  [
    'a member that may be missing',
    'class A { a?: B; }',
    'class A { #a: B | undefined; constructor() { this.#a = undefined; } }',
  ],
  ['module state', 'let count = 0;', 'const count = 0; function f() { let c = 0; c++; }'],
  [
    'a module cache',
    'const cache = new Map<string, number>();',
    'const f = () => new Map<string, number>();',
  ],
  ['a constant set', 'const known = new Set();', 'const known = new Set(["a"]);'],
  [
    'the name of an error',
    'class A extends RangeError { constructor() { super(); this.name = "A"; } }',
    'class A extends RangeError { get name() { return "A"; } }',
  ],
  ['await in a module', 'const x = await go();', 'const x = async () => await go();'],
  ['using', 'function f() { using x = go(); }', 'function f() { const using = go(); }'],
];

for (const [name, refused, allowed] of twins) {
  test(`found, and its twin is not: ${name}`, t => {
    t.is(findingsIn('x.ts', refused).length, 1, refused);
    t.deepEqual(findingsIn('x.ts', allowed), [], allowed);
  });
}

/** Functions as arrow functions for XS: the same program, and whatever is a constructor or has a `this` as it was. */
import vm from 'node:vm';
import test from 'ava';
import { arrowsForFunctions } from '../../../../host-sim/node/bundle/arrows.js';
import { shrink } from '../../../../host-sim/node/bundle/shrink.js';

const results = (text: string): unknown => JSON.parse(vm.runInNewContext(`${text}\nJSON.stringify(answer)`));

/** Programs whose functions become arrow functions → the functions that are left. */
const changed: Record<string, number> = {
  'const answer = early(2); function early(n) { return n * 2; }': 0,
  'function outer(n) { return inner(n) + 1; function inner(m) { return m * 10; } } var answer = outer(4);': 0,
  'function fact(n) { return n < 2 ? 1 : n * fact(n - 1); } var answer = fact(5);': 0,
  'function f({ a, b = a }, [c] = [7], ...rest) { return [a, b, c, rest]; } var answer = f({ a: 1 }, undefined, 2, 3);': 0,
  'var answer = (function (n) { return n + 1; })(1) + function (n) { return n; }(2);': 0,
  'var answer = []; if (answer) { function add(n) { answer.push(n); } add(1); add(2); }': 0,
  'function f() { return new (class { x = this.y; y = 3; z() { return this.y; } })().z(); } var answer = f();': 0,
  'function f() { "use strict"; return g(); function g() { return 5; } } var answer = f();': 0,
  '"use strict"; function f() { return 1; } var answer = f();': 0,
};

/** Programs in which something stays a function → how many do. */
const kept: Record<string, number> = {
  'function Made(n) { if (!new.target) throw 1; this.n = n; } var answer = new Made(3).n;': 1,
  'function Empty() {} Empty.prototype.a = 4; var answer = new Empty().a;': 1,
  'function Base() {} class A extends Base { a() { return 1; } } var answer = new A().a();': 1,
  'function Kind() {} var answer = {} instanceof Kind;': 1,
  'function f() { return this === undefined ? 1 : 2; } var answer = f.call({});': 1,
  'function f() { return arguments.length; } var answer = f(1, 2, 3);': 1,
  'function f() { return (() => arguments.length)(); } var answer = f(1, 2);': 1,
  'function f() { class A { [this.name]() { return 6; } } return new A().x(); } var answer = f.call({ name: "x" });': 1,
  'function f() { return 1; } f = () => 2; var answer = f();': 1,
  'function f() { return 1; } function f() { return 2; } var answer = f();': 2,
  'function* f() { yield 1; } var answer = [...f()];': 1,
  'var answer = [function () { return 1; }].map(f => f());': 1,
  'var answer = (function fact(n) { return n < 2 ? 1 : n * fact(n - 1); })(4);': 1,
};

test('functions that are no constructors become arrow functions, and the program means the same', async t => {
  for (const [text, left] of Object.entries(changed)) {
    const arrows = arrowsForFunctions(text);
    t.is(arrows.match(/\bfunction\b/g)?.length ?? 0, left, arrows);
    t.true(arrows.includes('=>'), arrows);
    t.deepEqual(results(arrows), results(text), arrows);
  }
});

test('whatever needs to be a function stays one', t => {
  for (const [text, left] of Object.entries(kept)) {
    const arrows = arrowsForFunctions(text);
    t.is(arrows.match(/\bfunction\b/g)?.length ?? 0, left, arrows);
    t.deepEqual(results(arrows), results(text), arrows);
  }
});

test('two scopes may give one name to a constructor and to a function', t => {
  const text =
    'function a() { function e() { return 1; } return e(); } function b() { class e { x = 2; } return new e().x; } var answer = [a(), b()];';
  const arrows = arrowsForFunctions(text);
  t.false(/\bfunction\b/.test(arrows), arrows);
  t.deepEqual(results(arrows), [1, 2]);
});

test('a script that was made small means the same, keeps what others see of it and is strict', async t => {
  const programs = [...Object.keys(changed), ...Object.keys(kept)].filter(
    text => !/^function f\(\) \{ return 1; \} f/.test(text),
  );
  for (const text of programs) {
    const small = await shrink(`var image = (() => { ${text}\nreturn { answer }; })();`, { isModule: false });
    const seen = vm.runInNewContext(`${small}\nJSON.stringify(image.answer)`);
    t.deepEqual(JSON.parse(seen), results(text), small);
  }
  await t.throwsAsync(shrink('const = 1;', { isModule: true }));
});

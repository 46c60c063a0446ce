/** Variables of a bundle as constants for XS: the same program, and whatever is set again is a variable still. */
import vm from 'node:vm';
import test from 'ava';
import { arrowsForFunctions } from '../../../../host-sim/node/bundle/arrows.js';

const results = (text: string): unknown => JSON.parse(vm.runInNewContext(`${text}\nJSON.stringify(image)`));
const count = (text: string, word: string): number =>
  text.match(new RegExp(`\\b${word}\\b`, 'g'))?.length ?? 0;

/** Bodies of a bundle → how many declarations by `const`, and by `var`, they have afterwards. */
const bodies: Record<string, [number, number]> = {
  'var a = 1, b = a + 1; return b;': [1, 0],
  'var a = 1, b = 2, c = 3; b++; return [a, b, c];': [2, 1],
  'var a, b = 2; a = b; return a;': [1, 1],
  'var a = 1; for (a of [4, 5]); return a;': [0, 1],
  'var a = 1; [a] = [6]; return a;': [0, 1],
  'var a = 1; var a = 2; return a;': [0, 2],
  'var { a } = { a: 3 }; return a;': [0, 1],
  'var made = () => { var x = 7; return x; }; return made();': [1, 1],
  'var K = class { m() { return K.n; } }; K.n = 8; return new K().m();': [1, 0],
  'if (true) { var a = 9; } return a;': [0, 1],
  'for (var i = 0; i < 2; i++); return i;': [0, 1],
};

test('what is set once becomes a constant, and the program means the same', t => {
  for (const [body, [constants, variables]] of Object.entries(bodies)) {
    const text = `"use strict";var image=(()=>{${body}})();`;
    const changed = arrowsForFunctions(text);
    t.is(count(changed, 'const'), constants, changed);
    // The variable of the script itself is for others to see.
    t.is(count(changed, 'var') - 1, variables, changed);
    t.deepEqual(results(changed), results(text), changed);
  }
});

test('the outermost variables of a module become constants, those of a script stay', t => {
  t.is(arrowsForFunctions('var a=1;export{a as b};'), 'const a=1;export{a as b};');
  t.is(arrowsForFunctions('var a=1;'), 'var a=1;');
});

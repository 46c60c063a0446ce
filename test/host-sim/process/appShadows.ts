/** Apps that would put their own in the place of what verifies, and their twins that keep it to themselves: the same for each engine. */
import type { ExecutionContext } from 'ava';
import type { BoardInHand } from '../../../host-sim/process/boardInHand.js';

/** The text of an app image around statements. */
export const appText = (body: string): string => `"use strict";${body}`;

/** Statements by what they would replace. */
export const SHADOWS: Readonly<Record<string, string>> = {
  'a method of bytes': 'Uint8Array.prototype.every = () => true;',
  'a method of bytes by its bytes alone':
    'Object.getPrototypeOf(new Uint8Array(1)).__proto__.every = () => true;',
  'the same by definition': 'Object.defineProperty(Uint8Array.prototype, "every", { value: () => true });',
  'an inherited member of all objects': 'Object.prototype.toString = () => "";',
  'a method of lists': '[].__proto__.push = () => 0;',
  'a generator’s own': 'Object.getPrototypeOf(function* () {}).next = 1;',
  'the prototype of bytes': 'Object.setPrototypeOf(Uint8Array.prototype, null);',
  'the image': 'globalThis.image = { start() {} };',
  'a class of the language': 'globalThis.Uint8Array = Array;',
  'a new global': 'globalThis.verify = () => true;',
  'an undeclared name': 'verify = () => true;',
};

/** Of engines whose global object inherits from a constant one, and of what lies in lists of its own. */
export const SHADOWS_IN_XS: Readonly<Record<string, string>> = {
  ...SHADOWS,
  'a class of the language by definition':
    'Object.defineProperty(globalThis, "Uint8Array", { value: Array });',
  'what globals are inherited from':
    'Object.defineProperty(Object.getPrototypeOf(globalThis), "Uint8Array", { value: Array });',
  'the global object’s prototype': 'Object.setPrototypeOf(globalThis, { Uint8Array: Array });',
  'a global that is there no more': 'delete Object.getPrototypeOf(globalThis).Uint8Array;',
  'an item of all lists': 'Array.prototype[0] = 7;',
  'the length of all lists': 'Array.prototype.length = 3;',
  'a step of lists': 'Object.getPrototypeOf([][Symbol.iterator]()).next = () => ({ done: true });',
  'a number’s function': 'Math.floor = () => 0;',
  'the way to read JSON': 'JSON.parse = () => ({});',
  'what a map finds': 'Map.prototype.get = () => 1;',
  'a promise’s next': 'Promise.prototype.then = () => 1;',
  'an async function’s own': 'Object.getPrototypeOf(async () => {}).call = 1;',
  'what with passes over': 'Array.prototype[Symbol.unscopables].keys = false;',
};

/** A script of an image whose method `load` runs the body of an app and says what came of it, and what then verifies. */
export const loadingImage = `"use strict"; var image = (() => {
  const verify = bytes => bytes.length === 3 && bytes.slice(1).every(byte => byte === 7);
  const load = (apps, body) => {
    const refused = apps.refusal(body);
    if (refused !== undefined) return 'refused: ' + refused;
    try {
      return 'app: ' + apps.load(body, { answer: 42 })();
    } catch (error) { return error.name + ': ' + error.message; }
  };
  return { start({ apps, console }) {
    console.onRequest(async (method, body) => [
      load(apps, Uint8Array.from(body)),
      'genuine ' + verify(Uint8Array.of(1, 7, 7)) + ', forged ' + verify(Uint8Array.of(1, 7, 8)),
    ]);
  } };
})();`;

/** The word of `loadingImage` after an app that it ran or refused. */
export const VERIFIED = 'genuine true, forged false';

/** Texts that are no app: no strict function, one that ends early, no whole text, one that loads a module. */
const NO_APPS: readonly string[] = [
  'return () => "mine"',
  appText('}) ; globalThis.image = 1; (function () {'),
  appText('}), (function () {'),
  appText('}[globalThis.image = 1] = function () {'),
  appText('return ('),
  appText('return import("x")'),
  '\u0000',
];

/**
 * Holds all of it against a board that runs `loadingImage`.
 * @param bodyOf makes the body of an app image of an app's text
 * @param isRefused true for a text that is refused as it is built
 */
export async function shadowsNothing(
  t: ExecutionContext,
  board: BoardInHand,
  bodyOf: (text: string) => Promise<Uint8Array>,
  isRefused: (text: string) => Promise<boolean> = async () => false,
): Promise<void> {
  const load = async (body: Uint8Array) => (await board.request('load', [...body])) as string[];
  const own = appText(
    'const verify = () => true; class Bytes extends Uint8Array { every() { return true; } } return () => "mine"',
  );
  const asked = appText(
    'const { answer } = require("holdfast/app"); return () => answer + [1, 2].map(n => n * 2).join("")',
  );
  t.deepEqual(await load(await bodyOf(asked)), ['app: 4224', VERIFIED]);
  const others = appText('return require("firmware/update/decide")');
  t.regex((await load(await bodyOf(others)))[0], /^Error: an app imports holdfast\/app alone/);
  for (const [what, body] of Object.entries(SHADOWS_IN_XS)) {
    const [thrown, verified] = await load(await bodyOf(appText(`${body} return () => "mine"`)));
    t.regex(thrown, /^(TypeError|ReferenceError): /, what);
    t.is(verified, VERIFIED, what);
  }
  t.deepEqual(await load(await bodyOf(own)), ['app: mine', VERIFIED]);
  for (const text of NO_APPS) {
    if (await isRefused(text)) continue;
    const [said, verified] = await load(await bodyOf(text));
    t.regex(said, /^refused: /, text);
    t.is(verified, VERIFIED);
  }
  t.deepEqual(await load(await bodyOf(appText('return () => "import"'))), ['app: import', VERIFIED]);
}

/** An app image's text in the realm of the image that verified it: it runs there, and takes the place of nothing. */
import test from 'ava';
import { encodeText } from '../../../firmware/bytes/text.js';
import { createRealm } from '../../../host-sim/board/realm.js';
import { appText as app, SHADOWS, VERIFIED } from '../process/appShadows.js';

/** The lines of an image that loads `text` as its app: the app's word, or the first thing that was thrown. */
function loading(text: string, after = ''): string[] {
  const lines: string[] = [];
  const host = (name: string, a?: unknown) => {
    if (name === 'console.log') lines.push(`${a}`);
    return name === 'boot.length' ? 0 : 'no';
  };
  const source = `"use strict"; var image = (() => {
    const verify = bytes => bytes.length === 3 && bytes.slice(1).every(byte => byte === 7);
    return { start({ apps, console }) {
      const body = new Uint8Array(${JSON.stringify([...encodeText(text)])});
      const refused = apps.refusal(body);
      if (refused !== undefined) return console.log('refused: ' + refused);
      try {
        console.log('app: ' + apps.load(body, { answer: 42 })());
      } catch (error) { console.log(error.name + ': ' + error.message); }
      console.log('genuine ' + verify(Uint8Array.of(1, 7, 7)) + ', forged ' + verify(Uint8Array.of(1, 7, 8)));
      ${after}
    } };
  })();`;
  const fault = createRealm(source, host, () => {}).start();
  if (fault !== undefined) lines.push(`fault: ${fault}`);
  return lines;
}

test('an app runs over the face of the framework, and imports nothing else', t => {
  const asked = app(
    'const { answer } = require("holdfast/app"); return () => answer + [1, 2].map(n => n * 2).join("")',
  );
  t.deepEqual(loading(asked), ['app: 4224', VERIFIED]);
  t.regex(
    loading(app('return require("firmware/update/decide")'))[0],
    /^Error: an app imports holdfast\/app alone/,
  );
});

for (const [what, body] of Object.entries(SHADOWS))
  test(`an app that would put its own in the place of ${what} throws; its twin that keeps it to itself runs`, t => {
    const [thrown, verified] = loading(app(`${body} return () => "mine"`));
    t.regex(thrown, /^(TypeError|ReferenceError): /);
    t.is(verified, VERIFIED);
    const own = app(
      'const verify = () => true; class Bytes extends Uint8Array { every() { return true; } } return () => "mine"',
    );
    t.deepEqual(loading(own), ['app: mine', VERIFIED]);
  });

test('what is no strict function, closes it early, does not parse or loads modules is refused and does not run', t => {
  for (const text of [
    'return () => "mine"',
    app('}) ; globalThis.image = 1; (function () {'),
    app('return ('),
    app('return import("x")'),
    '\u0000',
  ])
    t.regex(loading(text)[0], /^refused: /);
  t.deepEqual(loading(app('return () => "import"')), ['app: import', VERIFIED]);
});

test('the image goes on with what objects may have of their own', t => {
  const after = `
    class Odd extends Error { constructor() { super('odd'); this.name = 'Odd'; } }
    const plain = {}; plain.toString = () => 'plain'; plain.constructor = 1;
    const error = new TypeError('x'); error.message = 'y';
    console.log([new Odd().name, \`\${plain}\`, plain.constructor, error.message, new Odd() instanceof Odd].join());`;
  t.deepEqual(loading(app('return () => "mine"'), after).slice(2), ['Odd,plain,1,y,true']);
});

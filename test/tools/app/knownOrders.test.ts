/** The words that shells complete of a board's app, from the files of a project alone. */
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { keepFace, keptFace, sha256Of } from '../../../tools/app/imageFiles.js';
import { knownOrders, paramsOf } from '../../../tools/app/knownOrders.js';
import { temporaryDirectory } from '../support.js';

/** An image by a hash, with a face of these actions; its document names `named` as its face where that is given. */
function kept(home: string, digit: string, app: string, actions: object, named?: string): string {
  const imageSha256 = `0x${digit.repeat(64)}`;
  const face = Buffer.from(JSON.stringify({ format: 1, app, actions }));
  const document = JSON.stringify({ sha256: imageSha256, face: named ?? sha256Of(face) });
  keepFace(home, imageSha256, Buffer.from(document), face);
  return imageSha256;
}

/** As if the image had been kept so many seconds ago. */
const aged = (home: string, imageSha256: string, seconds: number) => {
  const then = new Date(Date.now() - seconds * 1000);
  utimesSync(join(home, 'images', imageSha256.slice(2), 'face.json'), then, then);
};

const on = { type: 'object', required: ['on'], properties: { on: { type: 'boolean' } } };

test('the actions are those of the app that was built or seen last, with an example of their params', t => {
  const home = temporaryDirectory(t);
  t.deepEqual(knownOrders(home), []);
  const relay = kept(home, '1', 'relay', { set: { params: on } });
  const lock = kept(home, '2', 'lock', { open: { params: { type: 'object' } }, 'a b': { params: on } });
  aged(home, relay, 20);
  aged(home, lock, 10);
  t.deepEqual(knownOrders(home), ['lock.open'], 'what is no name of an action is left out');
  t.truthy(keptFace(home, relay, true));
  t.deepEqual(knownOrders(home), ['relay.set'], 'a board was seen to run it');
  t.deepEqual(paramsOf(home, 'relay.set'), ['{"on":true}']);
  for (const action of ['relay.toString', 'lock.open', 'relay', '']) t.deepEqual(paramsOf(home, action), []);
});

test('a face that its document does not name is nobody’s', t => {
  const home = temporaryDirectory(t);
  kept(home, '3', 'relay', { set: { params: on } }, `0x${'0'.repeat(64)}`);
  t.deepEqual(knownOrders(home), []);
});

import test from 'ava';
import { runningApp } from '../../../tools/app/knownFace.js';

test('the app that runs is an app image’s where one does, else that of the image', t => {
  const facts = { channel: '0x01', appChannel: '0x02' } as const;
  const [imageHash, sha256] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  t.deepEqual(runningApp(facts, { imageHash }), { channel: '0x01', imageHash });
  const builtIn = { version: 0, sha256: new Uint8Array(32), slots: 0 };
  t.deepEqual(runningApp(facts, { imageHash, app: builtIn }), { channel: '0x01', imageHash });
  const app = { version: 3, sha256, slots: 0 };
  t.deepEqual(runningApp(facts, { imageHash, app }), { channel: '0x02', imageHash: sha256 });
});

/** The face that a board's image has is believed by hashes alone, from the record on chain to the document. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { Contracts } from '../../../contracts/client/index.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import type { BuiltImage } from '../../../host-sim/image/build.js';
import { startImageServer } from '../../../host-sim/images/server.js';
import { makeManifest } from '../../../host-sim/node/manifest.js';
import { keepImage, sha256Of } from '../../../tools/app/imageFiles.js';
import { knownFace } from '../../../tools/app/knownFace.js';
import { temporaryDirectory } from '../support.js';

const face = '{"format":1,"app":"lock","actions":{}}';
const bytes = new Uint8Array(5000).fill(7);
const imageSha256 = sha256Of(bytes);

function imageOf(text = face): BuiltImage {
  const document = JSON.stringify({ format: 1, sha256: imageSha256, face: sha256Of(Buffer.from(text)) });
  const manifest = makeManifest(bytes, 2, new Uint8Array(32), document);
  const sha256 = Buffer.from(imageSha256.slice(2), 'hex');
  return { bytes, sha256, size: bytes.length, manifest, face: text };
}

/** A channel whose one release has that manifest. */
const contractsOf = (manifestHash: string) =>
  ({
    channel: { releases: async () => [{ version: 2, imageSha256, manifestHash }] },
  }) as unknown as Contracts;

test('by the release on chain, from an image server that nobody believes', async t => {
  const { face: text, manifest, sha256 } = imageOf();
  const server = await startImageServer({ uploads: true });
  t.teardown(server.close);
  const put = (folder: string, body: string | Uint8Array) => {
    const sent = Buffer.from(body);
    return fetch(`${server.url}/${folder}/${sha256Of(sent).slice(2)}`, { method: 'PUT', body: sent });
  };
  const ask = (manifestHash = toHex(manifest.hash)) =>
    knownFace({
      contracts: contractsOf(manifestHash),
      channel: '0x00',
      imageHash: sha256,
      images: server.url,
      home: temporaryDirectory(t),
    });
  t.is(await ask(), undefined, 'nothing is there yet');
  await put('manifests', manifest.head);
  await put('documents', manifest.document);
  t.is(await ask(), undefined, 'the face is missing');
  await put('documents', text!);
  t.deepEqual(await ask(), JSON.parse(face));
  t.is(await ask(`0x${'11'.repeat(32)}`), undefined, 'the chain names another manifest');
});

test('a face that was kept with the image is known without a release; a changed one is not', async t => {
  const home = temporaryDirectory(t);
  const contracts = contractsOf('0x');
  const ask = () =>
    knownFace({ contracts, channel: '0x00', imageHash: imageOf().sha256, images: undefined, home });
  t.is(await ask(), undefined);
  const folder = keepImage(home, imageOf());
  t.deepEqual(await ask(), JSON.parse(face));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'face.json'), face.replace('lock', 'look'));
  t.is(await ask(), undefined);
});

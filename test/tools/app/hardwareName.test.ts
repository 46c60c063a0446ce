/** The name of hardware is believed by its hash: who says it does not matter, and nobody can say another. */
import test from 'ava';
import type { BuiltImage } from '../../../host-sim/image/build.js';
import { startImageServer } from '../../../host-sim/images/server.js';
import { makeManifest } from '../../../host-sim/node/manifest.js';
import { knownHardwareName } from '../../../tools/app/hardwareName.js';
import { keepImage, sha256Of } from '../../../tools/app/imageFiles.js';
import { hardwareId } from '../../../tools/cli/kinds.js';
import { temporaryDirectory } from '../support.js';

const name = 'garden relay, revision 2';
const bytes = new Uint8Array(5000).fill(7);
const imageSha256 = sha256Of(bytes);

function imageOf(hardwareName: string): BuiltImage {
  const document = JSON.stringify({ format: 1, sha256: imageSha256, hardwareName });
  const manifest = makeManifest(bytes, 2, new Uint8Array(32), document);
  const sha256 = Buffer.from(imageSha256.slice(2), 'hex');
  return { bytes, sha256, size: bytes.length, manifest };
}

const hardware = hardwareId(name);
const nothingPublished = async () => [];

test('by the document of an image that was built here; a name of other hardware is none', async t => {
  const ask = (home: string) =>
    knownHardwareName({ hardware, home, images: undefined, releases: nothingPublished });
  const empty = temporaryDirectory(t);
  t.is(await ask(empty), undefined);
  const lying = temporaryDirectory(t);
  keepImage(lying, imageOf('another board'));
  t.is(await ask(lying), undefined);
  const home = temporaryDirectory(t);
  keepImage(home, imageOf(name));
  t.is(await ask(home), name);
});

test('by the document of a published image, from a server that nobody believes', async t => {
  const { manifest } = imageOf(name);
  const server = await startImageServer({ uploads: true });
  t.teardown(server.close);
  const releases = async () => [
    { imageSha256, manifestHash: `0x${Buffer.from(manifest.hash).toString('hex')}` },
  ];
  const ask = (images = server.url) =>
    knownHardwareName({ hardware, home: temporaryDirectory(t), images, releases });
  t.is(await ask(), undefined, 'nothing is there yet');
  for (const [folder, body] of [
    ['manifests', Buffer.from(manifest.head)],
    ['documents', Buffer.from(manifest.document)],
  ] as const)
    await fetch(`${server.url}/${folder}/${sha256Of(body).slice(2)}`, { method: 'PUT', body });
  t.is(await ask(), name);
  t.is(await ask('http://127.0.0.1:1'), undefined, 'no server, no name, and no failure');
});

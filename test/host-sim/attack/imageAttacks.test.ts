/** A download through a server that attacks it: nothing wrong is written, and the same server once honest is enough. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { Download } from '../../../firmware/update/download.js';
import { manifestHash } from '../../../firmware/update/manifest.js';
import { Sources } from '../../../firmware/update/sources.js';
import * as attack from '../../../host-sim/attack/imageMutations.js';
import { type ImageFolder, type ImageMutation, imageProxy } from '../../../host-sim/attack/imageProxy.js';
import { startImageServer } from '../../../host-sim/images/server.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { makeManifest } from '../../../host-sim/node/manifest.js';
import { nodeNetwork } from '../../../host-sim/node/network/socket.js';
import { address, word } from '../../fakes/bytes.js';
import { clock } from '../../firmware/rpc/support.js';

const crypto = portableCrypto();
const IMAGE = new Uint8Array(randomBytes(50_000));
const MANIFEST = makeManifest(IMAGE, 2, word(3), '{}');
const OFFER = {
  channel: address(1),
  version: 2,
  imageSha256: MANIFEST.head.slice(16, 48),
  size: IMAGE.length,
  manifestHash: manifestHash(crypto, MANIFEST.head),
};
const SECTORS = Math.ceil(IMAGE.length / 4096);

/** Name, folder, fault, code or cause, and the sectors that are right before the first wrong byte. */
const attacks: [string, ImageFolder, ImageMutation, string, number][] = [
  ['a changed byte', 'images', attack.changedByte(30_000), 'image_hash', 7],
  ['another sector', 'images', attack.wrongSector(5), 'image_hash', 5],
  ['a byte more', 'images', attack.longerImage(1), 'image_size', 0],
  ['a byte less', 'images', attack.shorterImage(1), 'image_size', 0],
  ['a 200 and a byte less', 'images', attack.shorterWhole(), 'image_size', 0],
  ['bytes of another place', 'images', attack.wrongRange(7), 'image_hash', 0],
  ['cut after 5 KB', 'images', attack.cutAfter(5000), 'incomplete', 0],
  ['no image', 'images', attack.refused(404), 'incomplete', 0],
  ['a changed manifest', 'manifests', attack.changedByte(60), 'image_hash', 0],
  ['a manifest without end', 'manifests', attack.endlessImage(), 'image_hash', 0],
  ['a longer manifest', 'manifests', attack.longerImage(1), 'image_hash', 0],
  ['no manifest', 'manifests', attack.refused(503), 'incomplete', 0],
  ['a wrong path', 'sectors', attack.wrongPath(3), 'image_hash', 0],
  ['a shorter list', 'sectors', attack.shorterImage(32), 'image_hash', 0],
  ['a list without end', 'sectors', attack.endlessImage(), 'image_size', 0],
  ['no list', 'sectors', attack.refused(404), 'incomplete', 0],
];

test('whatever a server does to images, manifests and lists, only right sectors are written, each once', async t => {
  const server = await startImageServer();
  t.teardown(server.close);
  server.put(IMAGE, MANIFEST.head);
  const proxy = await imageProxy({ upstream: server.url });
  t.teardown(proxy.close);
  for (const [name, folder, mutation, expected, right] of attacks) {
    const slot = new MemoryPartition({ size: 65_536, sectorSize: 4096 });
    const erases = () => slot.erasures.reduce((sum, count) => sum + count, 0);
    let offset = 0;
    const attempt = async () => {
      const download = new Download({
        ...{ clock, crypto, network: nodeNetwork(), offer: OFFER, hardware: word(3), slot, offset },
        sources: new Sources([proxy.url]),
        onProgress: at => {
          offset = at;
        },
      });
      const verdict = await download.run();
      if (verdict.verdict === 'accepted') return 'accepted';
      return verdict.verdict === 'rejected' ? verdict.code : verdict.cause;
    };
    proxy.setMutation(mutation, folder);
    for (let i = 0; i < 3; i++) t.is(await attempt(), expected, name);
    t.true(erases() <= SECTORS, `${name}: ${erases()} erases`);
    if (expected !== 'incomplete') t.is(erases(), right, name);
    proxy.setMutation(undefined, folder);
    t.is(await attempt(), 'accepted', `${name}: the honest twin`);
    t.is(erases(), SECTORS, `${name}: each sector once`);
    t.deepEqual(slot.read(0, IMAGE.length), IMAGE);
  }
});

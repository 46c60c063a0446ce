/** The manifest that is published is that of the image, in every field that boards compare. */
import test from 'ava';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { encodeImage } from '../../../firmware/store/imageHeader.js';
import { encodeManifest, parseManifest } from '../../../firmware/update/manifest.js';
import { makeManifest } from '../../../host-sim/node/manifest.js';
import { readImage, readManifest } from '../../../tools/release/imageFacts.js';
import { word } from '../../fakes/bytes.js';

const IMAGE = encodeImage(3, word(5), new Uint8Array(9000).fill(7));
const { head, hash } = makeManifest(IMAGE, 3, word(5), '{}');
const FACTS = readImage(IMAGE);

test('a manifest that names another image, sectors, version, size or hardware is refused; its own gives the hash', t => {
  const parsed = parseManifest(head);
  if (parsed.verdict !== 'accepted') return t.fail(parsed.evidence);
  for (const [wrong, said] of [
    [{ imageSha256: word(1) }, /another SHA-256/],
    [{ sectorRoot: word(1) }, /other sectors/],
    [{ version: 4 }, /version 4/],
    [{ size: IMAGE.length + 1 }, /9065 bytes/],
    [{ hardware: word(6) }, /hardware 0x/],
  ] as const) {
    const other = encodeManifest({ ...parsed.value, ...wrong });
    t.throws(() => readManifest(other, IMAGE, FACTS), { message: said });
  }
  const document = new TextEncoder().encode('{"name":"relay"}');
  t.throws(() => readManifest(document, IMAGE, FACTS), { message: /not a manifest/ });
  t.is(readManifest(head, IMAGE, FACTS), toHex(hash) as `0x${string}`);
  t.is(fromHex(FACTS.imageSha256, 32)?.length, 32);
});

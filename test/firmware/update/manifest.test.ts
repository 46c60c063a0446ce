/** The manifest's head: what it says, what it refuses, and what it passes over for releases of later. */
import test from 'ava';
import fc from 'fast-check';
import { concat } from '../../../firmware/bytes/concat.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import {
  encodeManifest,
  MANIFEST_BYTES_MAX,
  manifestHash,
  parseManifest,
} from '../../../firmware/update/manifest.js';
import { word } from '../../fakes/bytes.js';
import { holds } from '../../fakes/holds.js';
import { crypto } from './release.js';

const manifest = {
  version: 7,
  size: 123_456,
  imageSha256: word(1),
  sectorRoot: word(2),
  hardware: word(3),
  documentSha256: word(4),
};
const head = encodeManifest(manifest);

test('its format is fixed: the bytes and the hash of a manifest never change', t => {
  t.is(
    toHex(head),
    `0x48464d46010000000000000700${'01e240'}${[1, 2, 3, 4].map(byte => toHex(word(byte)).slice(2)).join('')}`,
  );
  const hash = crypto.sha256();
  hash.update(head);
  t.deepEqual(manifestHash(crypto, head), hash.digest());
  t.deepEqual(parseManifest(head), { verdict: 'accepted', value: manifest } as never);
});

test('what later releases add is passed over, up to 1,024 bytes in all, and bound by the hash all the same', t => {
  for (const more of [1, 32, MANIFEST_BYTES_MAX - head.length]) {
    const longer = concat(head, new Uint8Array(more).fill(9));
    const parsed = parseManifest(longer);
    t.deepEqual(parsed.verdict === 'accepted' && parsed.value, manifest);
    t.notDeepEqual(manifestHash(crypto, longer), manifestHash(crypto, head));
  }
  t.is(parseManifest(concat(head, new Uint8Array(MANIFEST_BYTES_MAX - head.length + 1))).verdict, 'rejected');
});

test('another format, no version, no size, too few bytes and any nonsense are malformed', t => {
  for (let i = 0; i < 8; i++) {
    const other = head.slice();
    other[i] ^= 1;
    t.is(parseManifest(other).verdict, 'rejected', `byte ${i}`);
  }
  t.is(parseManifest(encodeManifest({ ...manifest, version: 0 })).verdict, 'rejected');
  t.is(parseManifest(encodeManifest({ ...manifest, size: 0 })).verdict, 'rejected');
  for (let length = 0; length < head.length; length++)
    t.is(parseManifest(head.slice(0, length)).verdict, 'rejected', `${length} bytes`);
  holds(
    t,
    fc.property(fc.uint8Array({ maxLength: 1200 }), bytes => {
      t.is(parseManifest(bytes).verdict, 'rejected');
    }),
  );
});

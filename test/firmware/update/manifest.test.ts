/** The manifest's head: what it says, what it refuses, and what it passes over for releases of later. */
import test from 'ava';
import fc from 'fast-check';
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
  fields: [],
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

test('fields of later releases are passed over, up to 1,024 bytes in all, and bound by the hash all the same', t => {
  for (const more of [0, 1, 32, MANIFEST_BYTES_MAX - head.length - 3]) {
    const fields = [{ tag: 200, value: new Uint8Array(more).fill(9) }];
    const longer = encodeManifest({ ...manifest, fields });
    t.is(longer.length, head.length + 3 + more);
    t.deepEqual(parseManifest(longer), { verdict: 'accepted', value: { ...manifest, fields } } as never);
    t.notDeepEqual(manifestHash(crypto, longer), manifestHash(crypto, head));
  }
  const tooLong = [{ tag: 200, value: new Uint8Array(MANIFEST_BYTES_MAX - head.length - 2) }];
  t.is(parseManifest(encodeManifest({ ...manifest, fields: tooLong })).verdict, 'rejected');
});

test('fields that are cut off, out of order or there twice make the whole manifest malformed', t => {
  const [one, two] = [
    { tag: 1, value: word(5) },
    { tag: 2, value: new Uint8Array(0) },
  ];
  const whole = encodeManifest({ ...manifest, fields: [one, two] });
  t.is(parseManifest(whole).verdict, 'accepted');
  for (const fields of [
    [two, one],
    [one, one],
    [one, two, one],
  ])
    t.is(parseManifest(encodeManifest({ ...manifest, fields })).verdict, 'rejected');
  // Cut between two fields it is whole too, and has another hash.
  for (let length = head.length + 1; length < whole.length; length++)
    t.is(
      parseManifest(whole.slice(0, length)).verdict,
      length === head.length + 35 ? 'accepted' : 'rejected',
    );
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

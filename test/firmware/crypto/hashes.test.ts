import { createHash, createHmac, randomBytes } from 'node:crypto';
import { keccak_256 } from '@noble/hashes/sha3.js';
import test from 'ava';
import fc from 'fast-check';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { hkdfSha256, hmacSha256 } from '../../../firmware/crypto/hmac.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';

const crypto = portableCrypto();
const nodeSha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());

function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = crypto.sha256();
  for (const part of parts) hash.update(part);
  return hash.digest();
}

test('keccak-256: the known digests of nothing and of "abc"', t => {
  t.is(
    toHex(crypto.keccak256(new Uint8Array())),
    '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
  );
  t.is(
    toHex(crypto.keccak256(Uint8Array.of(97, 98, 99))),
    '0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45',
  );
});

test('both hashes: every length up to 700 bytes agrees with noble and with OpenSSL', t => {
  const random = new Uint8Array(randomBytes(700));
  for (let length = 0; length <= 700; length++) {
    const input = random.subarray(700 - length);
    t.deepEqual(crypto.keccak256(input), keccak_256(input), `keccak ${length} of ${toHex(random)}`);
    t.deepEqual(sha256(input), nodeSha256(input), `sha ${length} of ${toHex(random)}`);
  }
});

test('both hashes: random input at any offset of its buffer agrees with the oracle', t => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(20), (bytes, skip) => {
      const input = bytes.subarray(skip);
      const before = Uint8Array.from(input);
      t.deepEqual(crypto.keccak256(input), keccak_256(input));
      t.deepEqual(sha256(input), nodeSha256(input));
      t.deepEqual(input, before);
    }),
    { numRuns: 1000 },
  );
});

test('keccak-256: a digest stays as it was when the next one is computed', t => {
  const first = crypto.keccak256(Uint8Array.of(1));
  const copy = Uint8Array.from(first);
  crypto.keccak256(Uint8Array.of(2));
  t.deepEqual(first, copy);
});

test('SHA-256: pieces of any size give the digest of the whole', t => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), parts => {
      t.deepEqual(sha256(...parts), nodeSha256(Buffer.concat(parts)));
    }),
    { numRuns: 1000 },
  );
});

test('SHA-256: two running at once do not disturb each other', t => {
  const a = crypto.sha256();
  const b = crypto.sha256();
  a.update(Uint8Array.of(1));
  b.update(Uint8Array.of(2));
  t.deepEqual(a.digest(), nodeSha256(Uint8Array.of(1)));
  t.deepEqual(b.digest(), nodeSha256(Uint8Array.of(2)));
});

test('SHA-256: an instance gives one digest and takes nothing afterwards', t => {
  const hash = crypto.sha256();
  hash.digest();
  t.throws(() => hash.digest());
  t.throws(() => hash.update(new Uint8Array(1)));
});

test('HMAC-SHA256 agrees with OpenSSL', t => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.array(fc.uint8Array(), { maxLength: 3 }),
      (key, parts) => {
        const expected = createHmac('sha256', key).update(Buffer.concat(parts)).digest();
        t.deepEqual(hmacSha256(crypto, key, ...parts), new Uint8Array(expected));
      },
    ),
  );
});

/** RFC 5869, A.1 to A.3, in hexadecimal. */
const derivations = [
  {
    secret: '0b'.repeat(22),
    salt: '000102030405060708090a0b0c',
    info: 'f0f1f2f3f4f5f6f7f8f9',
    made: '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  },
  {
    secret: Array.from({ length: 80 }, (_, i) => i.toString(16).padStart(2, '0')).join(''),
    // The salt of the vector, 0x60 to 0xaf, is longer than what we take: its hash stands for it (RFC 2104).
    salt: createHash('sha256')
      .update(Uint8Array.from({ length: 80 }, (_, i) => 0x60 + i))
      .digest('hex'),
    info: Array.from({ length: 80 }, (_, i) => (0xb0 + i).toString(16)).join(''),
    made:
      'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09' +
      'da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
  },
  {
    secret: '0b'.repeat(22),
    salt: '',
    info: '',
    made: '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
  },
];

test('RFC 5869: keys are derived as in its vectors', t => {
  const bytes = (text: string) => fromHex(`0x${text}`)!;
  for (const { info, made, salt, secret } of derivations) {
    const key = hkdfSha256(crypto, bytes(secret), bytes(salt), bytes(info), made.length / 2);
    t.is(toHex(key), `0x${made}`);
  }
  t.throws(() => hkdfSha256(crypto, new Uint8Array(1), new Uint8Array(), new Uint8Array(), 8161));
  t.throws(() => hmacSha256(crypto, new Uint8Array(65)));
});

import { createHash } from 'node:crypto';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { getPublicKey, hashes, sign as nobleSign, Point, recoverPublicKey } from '@noble/secp256k1';
import test from 'ava';
import fc from 'fast-check';
import { wordFromNumber } from '../../../firmware/bytes/bigEndian.js';
import { concat } from '../../../firmware/bytes/concat.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { fieldPrime, inverse, jointMultiply, order, squareRoot } from '../../../firmware/crypto/curve.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { vectorTest } from '../vectors.js';
import { derSignature, type Wycheproof } from './wycheproof.js';

hashes.sha256 = sha256;
hashes.hmacSha256 = (key, message) => hmac(sha256, key, message);

const crypto = portableCrypto();
const word = (value: bigint) => fromHex(`0x${value.toString(16).padStart(64, '0')}`)!;
const toAddress = (publicKey: Uint8Array) => keccak_256(publicKey.subarray(1)).slice(12);
const scalar = fc.bigInt({ min: 1n, max: order - 1n });
const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
const edgeScalars = [1n, 2n, 3n, 15n, 16n, 17n, (order - 1n) / 2n, (order + 1n) / 2n, order - 2n, order - 1n];

/** noble's answer in the shape of the port: r, s, v. */
function nobleSignature(message: Uint8Array, key: Uint8Array): Uint8Array {
  const recovered = nobleSign(message, key, { prehash: false, format: 'recovered' });
  return concat(recovered.subarray(1), Uint8Array.of(27 + recovered[0]));
}

function nobleRecover(message: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  try {
    const recovered = concat(Uint8Array.of(signature[64] - 27), signature.subarray(0, 64));
    return toAddress(recoverPublicKey(recovered, message, { prehash: false, isCompressed: false }));
  } catch {
    return undefined;
  }
}

test('sign equals noble byte for byte, and the signer is recovered', t => {
  fc.assert(
    fc.property(fc.oneof(scalar, fc.constantFrom(...edgeScalars)), digest, (key, message) => {
      const privateKey = word(key);
      const signature = crypto.sign(message, privateKey);
      t.is(toHex(signature), toHex(nobleSignature(message, privateKey)));
      const address = toAddress(getPublicKey(privateKey, false));
      t.deepEqual(crypto.addressOf(privateKey), address);
      t.deepEqual(crypto.recoverAddress(message, signature), address);
    }),
    { numRuns: 150 },
  );
});

test('sign copes with digests at and above the order', t => {
  for (const value of [0n, 1n, order - 1n, order, order + 1n, 2n ** 256n - 1n]) {
    const signature = crypto.sign(word(value), word(5n));
    t.is(toHex(signature), toHex(nobleSignature(word(value), word(5n))));
    t.deepEqual(crypto.recoverAddress(word(value), signature), crypto.addressOf(word(5n)));
  }
});

test('recover equals noble on signatures that nobody made', t => {
  fc.assert(
    fc.property(
      digest,
      scalar,
      fc.bigInt({ min: 1n, max: order / 2n }),
      fc.constantFrom(27, 28),
      (m, r, s, v) => {
        const signature = concat(word(r), word(s), Uint8Array.of(v));
        t.deepEqual(crypto.recoverAddress(m, signature), nobleRecover(m, signature));
      },
    ),
    { numRuns: 300 },
  );
});

test('a signature with high s is nobody’s, while its low twin recovers', t => {
  const message = wordFromNumber(7);
  const signature = crypto.sign(message, word(9n));
  t.deepEqual(crypto.recoverAddress(message, signature), crypto.addressOf(word(9n)));
  const s = BigInt(toHex(signature.subarray(32, 64)));
  const high = concat(signature.subarray(0, 32), word(order - s), Uint8Array.of(55 - signature[64]));
  t.is(crypto.recoverAddress(message, high), undefined);
});

test('out-of-range r, s, v and lengths are nobody’s', t => {
  const message = wordFromNumber(7);
  const good = crypto.sign(message, word(9n));
  const make = (r: bigint, s: bigint, v: number) => concat(word(r), word(s), Uint8Array.of(v));
  const r = BigInt(toHex(good.subarray(0, 32)));
  const s = BigInt(toHex(good.subarray(32, 64)));
  for (const bad of [
    make(0n, s, 27),
    make(order, s, 27),
    make(order + 1n, s, 27),
    make(2n ** 256n - 1n, s, 27),
    make(r, 0n, 27),
    make(r, order / 2n + 1n, 27),
    make(r, order, 27),
    make(r, s, 0),
    make(r, s, 1),
    make(r, s, 26),
    make(r, s, 29),
    make(r, s, 255),
    good.subarray(0, 64),
    concat(good, Uint8Array.of(0)),
    new Uint8Array(),
  ]) {
    t.is(crypto.recoverAddress(message, bad), undefined, toHex(bad));
  }
  t.is(crypto.recoverAddress(message.subarray(1), good), undefined);
  t.deepEqual(crypto.recoverAddress(message, good), crypto.addressOf(word(9n)));
});

test('a signature whose signer would be infinity is nobody’s', t => {
  // R = k G, s k = z makes s R - z G infinite.
  const point = Point.BASE.multiply(11n).toAffine();
  const s = 12345n;
  const z = (s * 11n) % order;
  const signature = concat(word(point.x), word(s), Uint8Array.of(27 + Number(point.y & 1n)));
  t.is(crypto.recoverAddress(word(z), signature), undefined);
  t.is(nobleRecover(word(z), signature), undefined);
  t.deepEqual(crypto.recoverAddress(word(z + 1n), signature), nobleRecover(word(z + 1n), signature));
});

test('bytes that are no private key have no address and sign nothing', t => {
  for (const bad of [word(0n), word(order), word(2n ** 256n - 1n), new Uint8Array(31), new Uint8Array(33)]) {
    t.is(crypto.addressOf(bad), undefined);
    t.throws(() => crypto.sign(word(1n), bad), { instanceOf: RangeError });
  }
  t.throws(() => crypto.sign(new Uint8Array(31), word(1n)), { instanceOf: RangeError });
  t.is(toHex(crypto.addressOf(word(1n))!), '0x7e5f4552091a69125d5dfcb7b8c2659029395bdf');
});

test('joint multiplication equals noble, where sums meet equal and opposite points too', t => {
  const check = (u1: bigint, u2: bigint, k: bigint) => {
    const total = (u1 + u2 * k) % order;
    const expected = total === 0n ? undefined : Point.BASE.multiply(total).toAffine();
    t.deepEqual(jointMultiply(u1, u2, Point.BASE.multiply(k).toAffine()), expected, `${u1} ${u2} ${k}`);
  };
  const edges = [0n, ...edgeScalars];
  for (const u1 of edges) {
    for (const u2 of edges) for (const k of [1n, 2n, 3n, order - 1n, order - 3n]) check(u1, u2, k);
  }
  fc.assert(fc.property(scalar, scalar, scalar, check), { numRuns: 100 });
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 300n }),
      fc.bigInt({ min: 0n, max: 300n }),
      fc.bigInt({ min: 1n, max: 20n }),
      check,
    ),
    { numRuns: 500 },
  );
});

test('square roots and inverses hold their definition', t => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: fieldPrime - 1n }), value => {
      const square = (value * value) % fieldPrime;
      const root = squareRoot(square)!;
      t.true(root === value || root === fieldPrime - value);
      t.is(squareRoot(fieldPrime - square), undefined);
      t.is((inverse(value, fieldPrime) * value) % fieldPrime, 1n);
      t.is(inverse(-value, fieldPrime), fieldPrime - inverse(value, fieldPrime));
      const small = (value % (order - 1n)) + 1n;
      t.is((inverse(small, order) * small) % order, 1n);
    }),
    { numRuns: 300 },
  );
});

vectorTest(
  'wycheproof: a signature recovers to its key exactly when it is valid',
  'wycheproof/ecdsa_secp256k1_sha256_bitcoin_test.json',
  (t, text) => {
    const file = JSON.parse(text) as Wycheproof;
    const counts = { valid: 0, invalid: 0 };
    for (const group of file.testGroups) {
      const signer = toAddress(fromHex(`0x${group.publicKey.uncompressed}`)!);
      for (const item of group.tests) {
        const message = createHash('sha256')
          .update(fromHex(`0x${item.msg}`)!)
          .digest();
        const parsed = derSignature(fromHex(`0x${item.sig}`)!);
        const recovered =
          parsed &&
          [27, 28].some(v => {
            const address = crypto.recoverAddress(message, concat(parsed.r, parsed.s, Uint8Array.of(v)));
            return address !== undefined && toHex(address) === toHex(signer);
          });
        // v as 27 or 28 has no word for an x above the order; Ethereum's ecrecover refuses the same.
        const expressible = !item.comment.includes('k*G has a large x-coordinate');
        t.is(recovered ?? false, item.result === 'valid' && expressible, `${item.tcId} ${item.comment}`);
        counts[item.result]++;
      }
    }
    t.is(counts.valid + counts.invalid, file.numberOfTests);
    t.true(counts.valid > 100 && counts.invalid > 100);
    t.log(counts);
  },
);

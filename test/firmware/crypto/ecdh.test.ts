/** Public keys and shared secrets, against noble and against Wycheproof; inside XS these are the native functions. */
import { getPublicKey, getSharedSecret, Point } from '@noble/secp256k1';
import test from 'ava';
import fc from 'fast-check';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { fieldPrime, order } from '../../../firmware/crypto/curve.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { vectorTest } from '../vectors.js';
import { type EcdhVectors, ecdhCases } from './wycheproof.js';

const crypto = portableCrypto();
const word = (value: bigint) => fromHex(`0x${value.toString(16).padStart(64, '0')}`)!;
const compressed = (form: number, x: bigint) => Uint8Array.of(form, ...word(x));
const scalar = fc.bigInt({ min: 1n, max: order - 1n });
const edgeScalars = [1n, 2n, 3n, (order - 1n) / 2n, (order + 1n) / 2n, order - 2n, order - 1n];
const anyScalar = fc.oneof({ weight: 4, arbitrary: scalar }, fc.constantFrom(...edgeScalars));

test('public keys are noble’s, and both sides come to the secret that noble comes to', t => {
  fc.assert(
    fc.property(anyScalar, anyScalar, (a, b) => {
      const [ours, theirs] = [crypto.publicKeyOf(word(a))!, crypto.publicKeyOf(word(b))!];
      t.deepEqual(ours, getPublicKey(word(a)));
      const secret = crypto.sharedSecret(word(a), theirs);
      t.deepEqual(secret, getSharedSecret(word(a), theirs).slice(1));
      t.deepEqual(crypto.sharedSecret(word(b), ours), secret);
    }),
    { numRuns: 60 },
  );
});

test('with G itself as the other key no table is needed, and the secret is noble’s', t => {
  const base = Point.BASE.toBytes();
  for (const key of [1n, 2n, 12345n, order - 1n]) {
    const expected = Point.BASE.multiply(key).toBytes().slice(1);
    t.deepEqual(crypto.sharedSecret(word(key), base), expected);
  }
});

test('what is no key has no public key and shares no secret, while its neighbours do', t => {
  const theirs = crypto.publicKeyOf(word(7n))!;
  for (const bad of [word(0n), word(order), word(2n ** 256n - 1n), new Uint8Array(31), new Uint8Array(33)]) {
    t.is(crypto.publicKeyOf(bad), undefined);
    t.is(crypto.sharedSecret(bad, theirs), undefined);
  }
  t.truthy(crypto.sharedSecret(word(order - 1n), theirs));
  for (const bad of [
    ...[0, 1, 4, 5, 6, 7, 255].map(form => Uint8Array.of(form, ...theirs.subarray(1))),
    theirs.subarray(1),
    Uint8Array.of(...theirs, 0),
    new Uint8Array(33),
    new Uint8Array(0),
    // No point of the curve has x = 5, and x is below the field's prime.
    compressed(2, 5n),
    compressed(2, fieldPrime),
    compressed(3, fieldPrime + 1n),
    compressed(2, 2n ** 256n - 1n),
  ]) {
    t.is(crypto.sharedSecret(word(3n), bad), undefined, toHex(bad));
  }
  t.truthy(crypto.sharedSecret(word(3n), compressed(2, 1n)), 'x = 1 is on the curve');
});

vectorTest(
  'wycheproof: a valid key leads to the secret, an invalid one to none',
  'wycheproof/ecdh_secp256k1_test.json',
  (t, text) => {
    const counts = { valid: 0, invalid: 0 };
    for (const { comment, privateKey, publicKey, shared } of ecdhCases(JSON.parse(text) as EcdhVectors)) {
      const secret = crypto.sharedSecret(privateKey, publicKey);
      t.deepEqual(secret, shared, comment);
      counts[shared ? 'valid' : 'invalid']++;
    }
    t.log(counts);
    t.true(counts.valid > 450 && counts.invalid >= 3);
  },
);

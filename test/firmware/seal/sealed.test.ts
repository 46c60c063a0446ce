/** A sealed message opens for its recipient, its purpose and nobody else, whole or not at all, and its size tells little. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { equal } from '../../../firmware/bytes/equal.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { SEALED_SIZES } from '../../../firmware/seal/padding.js';
import { isSealed, newKey, open, SEALABLE_BYTES_MAX, seal } from '../../../firmware/seal/sealed.js';
import { openShared, SHARED_BYTES_MAX, sealShared } from '../../../firmware/seal/sharedSeal.js';

const crypto = portableCrypto();
const entropy = { fill: (target: Uint8Array) => target.set(randomBytes(target.length)) };
const given = { crypto, entropy };
const recipient = newKey(crypto, entropy);
const stranger = newKey(crypto, entropy);
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const text = fc.uint8Array({ maxLength: 1500 });

test('a sealed message opens for its recipient, with its hash, and has one of three sizes', t => {
  fc.assert(
    fc.property(hash, text, (bound, bytes) => {
      const message = seal(given, 'envelope', recipient.publicKey, bound, bytes)!;
      t.true(isSealed(message) && SEALED_SIZES.includes(message.length));
      t.deepEqual(open(crypto, 'envelope', recipient, message), { hash: bound, bytes });
    }),
    { numRuns: 20 },
  );
});

test('any bit flipped anywhere, the padding included, closes a message for good; the untouched twin opens', t => {
  const message = seal(given, 'receipt', recipient.publicKey, new Uint8Array(32), Uint8Array.of(1, 2, 3))!;
  t.truthy(open(crypto, 'receipt', recipient, message));
  fc.assert(
    fc.property(fc.nat(8 * message.length - 1), bit => {
      const changed = Uint8Array.from(message);
      changed[bit >> 3] ^= 1 << (bit & 7);
      t.is(open(crypto, 'receipt', recipient, changed), undefined, `bit ${bit}`);
    }),
    { numRuns: 30, examples: [[0], [1], [7], [263], [264], [519], [520], [8 * message.length - 1]] },
  );
});

test('another recipient, another purpose, a piece or a longer message open nothing', t => {
  const message = seal(given, 'envelope', recipient.publicKey, new Uint8Array(32), new Uint8Array(9))!;
  t.is(open(crypto, 'envelope', stranger, message), undefined);
  t.is(open(crypto, 'question', recipient, message), undefined);
  // A public key that is not the private key's own.
  t.is(open(crypto, 'envelope', { ...recipient, publicKey: stranger.publicKey }, message), undefined);
  for (const length of [0, 1, 33, 80, 81, 1023]) {
    t.is(open(crypto, 'envelope', recipient, message.subarray(0, length)), undefined);
  }
  const longer = new Uint8Array(2048);
  longer.set(message);
  t.is(open(crypto, 'envelope', recipient, longer), undefined);
  t.truthy(open(crypto, 'envelope', recipient, message), 'the untouched twin');
});

test('sealed twice nothing is the same but the size, so that nobody sees a message again', t => {
  const [a, b] = [0, 1].map(
    () => seal(given, 'envelope', recipient.publicKey, new Uint8Array(32), new Uint8Array(100))!,
  );
  t.is(a.length, b.length);
  let same = 0;
  for (let i = 1; i < a.length; i++) if (a[i] === b[i]) same++;
  t.true(same < a.length / 32, `${same} of ${a.length} bytes are the same`);
});

test('neither the bytes nor the hash lie openly in a message', t => {
  const bound = new Uint8Array(randomBytes(32));
  const bytes = new Uint8Array(randomBytes(300));
  const message = toHex(seal(given, 'envelope', recipient.publicKey, bound, bytes)!);
  for (let at = 0; at + 8 <= 32; at++) t.false(message.includes(toHex(bound.subarray(at, at + 8)).slice(2)));
  for (let at = 0; at + 8 <= 300; at++) t.false(message.includes(toHex(bytes.subarray(at, at + 8)).slice(2)));
});

test('messages of very different lengths have one size, and what does not fit is misuse', t => {
  const sizes = (lengths: readonly number[]) =>
    lengths.map(
      length =>
        seal(given, 'answer', recipient.publicKey, new Uint8Array(32), new Uint8Array(length))!.length,
    );
  t.deepEqual(sizes([0, 1, 500, 941]), [1024, 1024, 1024, 1024]);
  t.deepEqual(sizes([942, 1965]), [2048, 2048]);
  t.deepEqual(sizes([1966, SEALABLE_BYTES_MAX]), [4096, 4096]);
  t.throws(() => sizes([SEALABLE_BYTES_MAX + 1]), { instanceOf: RangeError });
});

test('to what is no key nothing is sealed', t => {
  for (const bad of [new Uint8Array(33), new Uint8Array(0), recipient.publicKey.subarray(1)]) {
    t.is(seal(given, 'receipt', bad, new Uint8Array(32), new Uint8Array(1)), undefined);
  }
});

test('under a shared key a message opens at its place only; a flipped bit or another key closes it', t => {
  const key = new Uint8Array(randomBytes(32));
  fc.assert(
    fc.property(text, fc.nat(), (bytes, at) => {
      const message = sealShared(given, key, 'status', bytes);
      t.true(SEALED_SIZES.includes(message.length));
      t.true(equal(openShared(crypto, key, 'status', message)!, bytes));
      t.is(openShared(crypto, key, 'offer', message), undefined);
      t.is(openShared(crypto, new Uint8Array(32), 'status', message), undefined);
      t.is(openShared(crypto, key, 'status', message.subarray(1)), undefined);
      message[at % message.length] ^= 1 << (at & 7);
      t.is(openShared(crypto, key, 'status', message), undefined);
    }),
    { numRuns: 100 },
  );
  t.is(sealShared(given, key, 'status', new Uint8Array(SHARED_BYTES_MAX)).length, 4096);
  t.throws(() => sealShared(given, key, 'status', new Uint8Array(SHARED_BYTES_MAX + 1)));
});

/**
 * The AEAD of RFC 8439 in TypeScript, for where there is no C.
 *
 * Why not a library: noble's ciphers work in Uint32Array, whose upper half are doubles on XS, and bring 44 KB of
 * source for what takes 190 lines here; they are what the tests compare with.
 */

import { constantTimeEqual } from '../bytes/equal.js';
import { chacha20 } from './chacha20.js';
import { Poly1305 } from './poly1305.js';

const TAG_BYTES = 16;

/** See the crypto port. */
export function encrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  plain: Uint8Array,
): Uint8Array {
  check(key, nonce);
  const sealed = new Uint8Array(plain.length + TAG_BYTES);
  sealed.set(plain);
  const text = sealed.subarray(0, plain.length);
  chacha20(viewOf(key), viewOf(nonce), 1, text);
  sealed.set(tagOf(key, nonce, associated, text), plain.length);
  return sealed;
}

/** See the crypto port. Nothing is decrypted before the tag is known to be right. */
export function decrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  check(key, nonce);
  if (sealed.length < TAG_BYTES) return undefined;
  const plain = sealed.slice(0, sealed.length - TAG_BYTES);
  if (!constantTimeEqual(tagOf(key, nonce, associated, plain), sealed.subarray(plain.length)))
    return undefined;
  chacha20(viewOf(key), viewOf(nonce), 1, plain);
  return plain;
}

function check(key: Uint8Array, nonce: Uint8Array): void {
  if (key.length !== 32 || nonce.length !== 12) throw new RangeError('a key has 32 bytes, a nonce 12');
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function tagOf(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, text: Uint8Array): Uint8Array {
  const oneTimeKey = new Uint8Array(32);
  chacha20(viewOf(key), viewOf(nonce), 0, oneTimeKey);
  const code = new Poly1305(oneTimeKey);
  oneTimeKey.fill(0);
  code.update(associated);
  code.update(text);
  const lengths = new Uint8Array(16);
  const view = new DataView(lengths.buffer);
  view.setUint32(0, associated.length, true);
  view.setUint32(8, text.length, true);
  code.update(lengths);
  return code.digest();
}

/**
 * Messages among those who share a secret: what a board says to all who may know its topics, and what they leave for
 * it. ChaCha20-Poly1305 under a random nonce, padded. As it travels: nonce (12 bytes), encrypted bytes, tag (16).
 */

import { concat } from '../bytes/concat.js';
import { encodeText } from '../bytes/text.js';
import type { Crypto } from '../port/crypto.js';
import type { Entropy } from '../port/entropy.js';
import { pad, SEALED_SIZES, unpad } from './padding.js';

const NONCE_BYTES = 12;
const OVERHEAD_BYTES = NONCE_BYTES + 16;
/** Bytes by which a sealed answer is longer than its text. */
export const ANSWER_OVERHEAD_BYTES = OVERHEAD_BYTES;
/** The greatest number of bytes that can be sealed. */
export const SHARED_BYTES_MAX = 4096 - OVERHEAD_BYTES - 2;

/**
 * Seals `bytes` under a key of 32 bytes. `about` says where the message stands; it opens nowhere else.
 * @throws RangeError when there are more than `SHARED_BYTES_MAX`
 */
export function sealShared(
  { crypto, entropy }: { crypto: Crypto; entropy: Entropy },
  key: Uint8Array,
  about: string,
  bytes: Uint8Array,
): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES);
  entropy.fill(nonce);
  return concat(nonce, crypto.encrypt(key, nonce, encodeText(about), pad(bytes, OVERHEAD_BYTES)));
}

/** Opens what was sealed under that key for that place. Undefined for anything else; never throws for its bytes. */
export function openShared(
  crypto: Crypto,
  key: Uint8Array,
  about: string,
  message: Uint8Array,
): Uint8Array | undefined {
  if (!SEALED_SIZES.includes(message.length)) return undefined;
  const nonce = message.subarray(0, NONCE_BYTES);
  const padded = crypto.decrypt(key, nonce, encodeText(about), message.subarray(NONCE_BYTES));
  return padded && unpad(padded);
}

/** Seals an answer of any length under a key of 32 bytes that the question brought. Not padded. */
export function sealAnswer(
  { crypto, entropy }: { crypto: Crypto; entropy: Entropy },
  key: Uint8Array,
  bytes: Uint8Array,
): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES);
  entropy.fill(nonce);
  return concat(nonce, crypto.encrypt(key, nonce, new Uint8Array(0), bytes));
}

/** Opens an answer to the question that brought that key. Undefined for anything else; never throws for its bytes. */
export function openAnswer(crypto: Crypto, key: Uint8Array, message: Uint8Array): Uint8Array | undefined {
  if (message.length < ANSWER_OVERHEAD_BYTES) return undefined;
  const nonce = message.subarray(0, NONCE_BYTES);
  return crypto.decrypt(key, nonce, new Uint8Array(0), message.subarray(NONCE_BYTES));
}

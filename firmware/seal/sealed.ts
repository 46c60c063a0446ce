/**
 * Messages that one key alone opens: ECIES over secp256k1 (SEC 1, 5.1) with HKDF-SHA256 and ChaCha20-Poly1305. Each
 * has an ephemeral key pair of its own, is of a purpose, and is bound to a hash: that of the envelope which it is or
 * speaks of. The hash is public on the chain, where it leads to a Device, so it travels hidden from all but the
 * recipient.
 *
 * As it travels: ephemeral public key (33 bytes), hidden hash (32), the encrypted and padded bytes, tag (16). No record
 * begins with 2 or 3, as a compressed key does: a receiver sees which of the two came.
 */

import { concat } from '../bytes/concat.js';
import { encodeText } from '../bytes/text.js';
import { hkdfSha256 } from '../crypto/hmac.js';
import type { Crypto } from '../port/crypto.js';
import type { Entropy } from '../port/entropy.js';
import { pad, SEALED_SIZES, unpad } from './padding.js';

/** A message sealed for one purpose opens for no other. Fixed: boards and tools of every age seal so. */
export type SealPurpose = 'envelope' | 'receipt' | 'answer' | 'question' | 'secret' | 'telemetry' | 'crash';

const KEY_BYTES = 33;
const HASH_BYTES = 32;
const TAG_BYTES = 16;
const OVERHEAD_BYTES = KEY_BYTES + HASH_BYTES + TAG_BYTES;
/** The greatest number of bytes that can be sealed. */
export const SEALABLE_BYTES_MAX = 4096 - OVERHEAD_BYTES - 2;

/** A sealed message once it is open. */
export interface Opened {
  /** 32 bytes: what the message is bound to. */
  hash: Uint8Array;
  bytes: Uint8Array;
}

/** True for what may be a sealed message, by its size and first byte. */
export const isSealed = (message: Uint8Array): boolean =>
  (message[0] === 2 || message[0] === 3) && SEALED_SIZES.includes(message.length);

/**
 * Seals `bytes`, bound to `hash` (32 bytes), to a compressed public key. Undefined when that is no key.
 * @throws RangeError when there are more than `SEALABLE_BYTES_MAX`
 */
export function seal(
  { crypto, entropy }: { crypto: Crypto; entropy: Entropy },
  purpose: SealPurpose,
  recipient: Uint8Array,
  hash: Uint8Array,
  bytes: Uint8Array,
): Uint8Array | undefined {
  const padded = pad(bytes, OVERHEAD_BYTES);
  const ephemeral = newKey(crypto, entropy);
  const secret = crypto.sharedSecret(ephemeral.privateKey, recipient);
  ephemeral.privateKey.fill(0);
  if (!secret) return undefined;
  const { key, mask, nonce } = keysFor(crypto, purpose, secret, ephemeral.publicKey, recipient);
  for (let i = 0; i < HASH_BYTES; i++) mask[i] ^= hash[i];
  const message = concat(ephemeral.publicKey, mask, crypto.encrypt(key, nonce, hash, padded));
  for (const spent of [key, padded]) spent.fill(0);
  return message;
}

/** Opens what was sealed to a key pair for that purpose. Undefined for anything else; never throws for its bytes. */
export function open(
  crypto: Crypto,
  purpose: SealPurpose,
  recipient: KeyPair,
  message: Uint8Array,
): Opened | undefined {
  if (!isSealed(message)) return undefined;
  const ephemeral = message.subarray(0, KEY_BYTES);
  const secret = crypto.sharedSecret(recipient.privateKey, ephemeral);
  if (!secret) return undefined;
  const { key, mask, nonce } = keysFor(crypto, purpose, secret, ephemeral, recipient.publicKey);
  const hash = mask;
  for (let i = 0; i < HASH_BYTES; i++) hash[i] ^= message[KEY_BYTES + i];
  const padded = crypto.decrypt(key, nonce, hash, message.subarray(KEY_BYTES + HASH_BYTES));
  key.fill(0);
  const bytes = padded && unpad(padded);
  return bytes && { hash, bytes };
}

/** A key pair of secp256k1. */
export interface KeyPair {
  /** 32 bytes. */
  privateKey: Uint8Array;
  /** 33 bytes, compressed. */
  publicKey: Uint8Array;
}

/** A key pair out of fresh randomness. */
export function newKey(crypto: Crypto, entropy: Entropy): KeyPair {
  const privateKey = new Uint8Array(32);
  let publicKey: Uint8Array | undefined;
  while (!publicKey) {
    entropy.fill(privateKey);
    publicKey = crypto.publicKeyOf(privateKey);
  }
  return { privateKey, publicKey };
}

/** Both public keys go in, so that a secret of one pair is none of another's. Used once, so the nonce may follow too. */
export function keysFor(
  crypto: Crypto,
  purpose: SealPurpose,
  secret: Uint8Array,
  ephemeral: Uint8Array,
  recipient: Uint8Array,
): { key: Uint8Array; mask: Uint8Array; nonce: Uint8Array } {
  const info = concat(encodeText(`holdfast sealed ${purpose}`), recipient);
  const derived = hkdfSha256(crypto, secret, ephemeral, info, 32 + 12 + HASH_BYTES);
  secret.fill(0);
  return { key: derived.slice(0, 32), nonce: derived.slice(32, 44), mask: derived.slice(44) };
}

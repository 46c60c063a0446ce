/**
 * A short secret inside an order, sealed to the board's key of its epoch: an order's params lie in the journal until its
 * receipt is written, and the journal lies openly in flash. All have one length, so that none tells how long its secret
 * is.
 *
 * As it travels: ephemeral public key (33 bytes), the encrypted and padded bytes, tag (16).
 */

import { concat } from '../bytes/concat.js';
import type { Crypto } from '../port/crypto.js';
import type { Entropy } from '../port/entropy.js';
import { type KeyPair, keysFor, newKey } from './sealed.js';

const KEY_BYTES = 33;
const TAG_BYTES = 16;
const PADDED_BYTES = 128;
/** Bytes of the longest secret: one of the padded bytes tells its length. */
export const SECRET_BYTES_MAX = PADDED_BYTES - 1;
/** Bytes of a sealed secret. */
export const SEALED_SECRET_BYTES = KEY_BYTES + PADDED_BYTES + TAG_BYTES;

/**
 * Seals a secret, bound to `about` (the address of a Device), to a compressed public key. Undefined when that is no
 * key. @throws RangeError when it is longer than `SECRET_BYTES_MAX`
 */
export function sealSecret(
  given: { crypto: Crypto; entropy: Entropy },
  recipient: Uint8Array,
  about: Uint8Array,
  secret: Uint8Array,
): Uint8Array | undefined {
  if (secret.length > SECRET_BYTES_MAX)
    throw new RangeError(`a secret has ${SECRET_BYTES_MAX} bytes at most`);
  const { crypto } = given;
  const ephemeral = newKey(crypto, given.entropy);
  const shared = crypto.sharedSecret(ephemeral.privateKey, recipient);
  ephemeral.privateKey.fill(0);
  if (!shared) return undefined;
  const { key, nonce } = keysFor(crypto, 'secret', shared, ephemeral.publicKey, recipient);
  const padded = new Uint8Array(PADDED_BYTES);
  padded[0] = secret.length;
  padded.set(secret, 1);
  const message = concat(ephemeral.publicKey, crypto.encrypt(key, nonce, about, padded));
  for (const spent of [key, padded]) spent.fill(0);
  return message;
}

/** Opens a secret that was sealed to a key pair about the same. Undefined for anything else; never throws for its bytes. */
export function openSecret(
  crypto: Crypto,
  recipient: KeyPair,
  about: Uint8Array,
  message: Uint8Array,
): Uint8Array | undefined {
  if (message.length !== SEALED_SECRET_BYTES) return undefined;
  const ephemeral = message.subarray(0, KEY_BYTES);
  const shared = crypto.sharedSecret(recipient.privateKey, ephemeral);
  if (!shared) return undefined;
  const { key, nonce } = keysFor(crypto, 'secret', shared, ephemeral, recipient.publicKey);
  const padded = crypto.decrypt(key, nonce, about, message.subarray(KEY_BYTES));
  key.fill(0);
  return padded && padded[0] <= SECRET_BYTES_MAX ? padded.slice(1, 1 + padded[0]) : undefined;
}

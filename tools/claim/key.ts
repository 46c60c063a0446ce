/** The claim key of a code: an ordinary secp256k1 key, of which the chain knows the address alone. */
import { randomBytes } from 'node:crypto';
import { keccak_256 } from '@noble/hashes/sha3.js';
import type { Hex } from '../cli/kinds.js';
import { addressOfKey, keyHex } from '../keys/privateKey.js';
import { CLAIM_SECRET_BYTES } from './code.js';

export interface ClaimKey {
  /** Lower case. */
  address: Hex;
  /** A secret. */
  privateKey: Hex;
}

/** A fresh secret, from the operating system's randomness. */
export const newClaimSecret = (): Uint8Array => new Uint8Array(randomBytes(CLAIM_SECRET_BYTES));

/**
 * keccak256("Holdfast claim key" ‖ secret ‖ counter), the counter being one byte: 0, or the next where the hash is no
 * key. A key of secp256k1 is worth 128 bits, so that a secret of 128 bits loses nothing.
 */
export function claimKeyOf(secret: Uint8Array): ClaimKey {
  for (let counter = 0; ; counter++) {
    const key = keccak_256(new Uint8Array([...Buffer.from('Holdfast claim key'), ...secret, counter]));
    const address = addressOfKey(key);
    if (address) return { address, privateKey: keyHex(key) };
  }
}

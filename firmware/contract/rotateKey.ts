/** The rotation of a board's key: old and new key both sign it (EIP-712, Device.rotateKey). */

import type { Crypto } from '../port/crypto.js';
import { type Domain, typedDigest, typeHash } from './typedData.js';

/** The EIP-712 type; the domain's contract is the Device. */
export const ROTATE_KEY_TYPE = 'RotateKey(address oldKey,address newKey,uint32 epoch,uint64 deadline)';

/** The longest that a board's signatures may wait for their transaction. */
export const ROTATION_SECONDS_MAX = 3600;

const rotateKeyType = typeHash(ROTATE_KEY_TYPE);

/** A rotation. Addresses have 20 bytes. */
export interface KeyRotation {
  oldKey: Uint8Array;
  newKey: Uint8Array;
  /** The device's present epoch. */
  epoch: number;
  /** Unix seconds. */
  deadline: number;
}

/** The digest (32 bytes) that both keys sign. */
export const rotateKeyDigest = (
  crypto: Crypto,
  domain: Domain,
  { deadline, epoch, newKey, oldKey }: KeyRotation,
): Uint8Array => typedDigest(crypto, domain, rotateKeyType, oldKey, newKey, epoch, deadline);

/**
 * A claim: a board changes hands by the key on its box and its own key together (EIP-712, Device.acceptClaim). Neither
 * signature is good without the other.
 */

import type { Crypto } from '../port/crypto.js';
import { type Domain, typedDigest, typeHash } from './typedData.js';

export const CLAIM_TYPE =
  'Claim(uint32 epoch,address newOwner,address fleet,address channel,uint64 deadline)';

/** The longest that a claim may last, as the contract has it. */
export const CLAIM_LIFETIME_SECONDS_MAX = 3600;

const claimType = typeHash(CLAIM_TYPE);

/** Addresses have 20 bytes. */
export interface Claim {
  /** The device's present epoch: any change of owner, fleet or key voids the claim. */
  epoch: number;
  /** Not zero. */
  newOwner: Uint8Array;
  fleet: Uint8Array;
  channel: Uint8Array;
  /** Unix seconds, at most CLAIM_LIFETIME_SECONDS_MAX ahead. */
  deadline: number;
}

/** The digest (32 bytes) that claim key and board sign; `domain` is the board's Device. */
export const claimDigest = (
  crypto: Crypto,
  domain: Domain,
  { channel, deadline, epoch, fleet, newOwner }: Claim,
): Uint8Array => typedDigest(crypto, domain, claimType, epoch, newOwner, fleet, channel, deadline);

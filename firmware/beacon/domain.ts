/** The message that a sync committee signs (consensus-specs, phase0 `compute_domain`, `compute_signing_root`). */

import type { BeaconChain } from './chain.js';
import { type Hashing, hashPair } from './merkle.js';

/** DOMAIN_SYNC_COMMITTEE. */
const syncCommitteeDomain = 7;

/** The 32 bytes that are signed: the root of the attested header, bound to a chain and to a fork of it. */
export function signingRoot(
  crypto: Hashing,
  chain: BeaconChain,
  forkVersion: Uint8Array,
  attestedRoot: Uint8Array,
): Uint8Array {
  const version = new Uint8Array(32);
  version.set(forkVersion);
  const domain = new Uint8Array(32);
  domain[0] = syncCommitteeDomain;
  domain.set(hashPair(crypto, version, chain.genesisValidatorsRoot).subarray(0, 28), 4);
  return hashPair(crypto, attestedRoot, domain);
}

/**
 * The slot whose fork the signature is bound to: a committee signs the block before, so that the first signature
 * after a fork still belongs to the old one.
 */
export const domainSlot = (signatureSlot: number): number => Math.max(signatureSlot, 1) - 1;

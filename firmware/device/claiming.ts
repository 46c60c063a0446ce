/** The board's half of a claim, at the local console: the claim key on the box is worth nothing without it. */

import { toHex } from '../bytes/hex.js';
import { CLAIM_LIFETIME_SECONDS_MAX, claimDigest } from '../contract/claim.js';
import { deviceAddress } from '../contract/create2.js';
import type { Crypto } from '../port/crypto.js';
import { addressIn, judgeDeadline, refuse, toldByChain, wholeNumber } from './consoleRefusal.js';
import type { Identity } from './identity.js';
import type { Registration } from './registration.js';

/** The identity that signs, and the chain by which it judges the time. */
export interface ClaimingOptions {
  crypto: Crypto;
  identity: Identity;
  /** Reads the board's registration from the chain; in words, the reason why it cannot be read. */
  registration(): Promise<Registration | string>;
}

/** The greatest epoch of a Device. */
export const EPOCH_MAX = 0xffff_ffff;

/**
 * The console method `claim`: signs that the board goes to `newOwner` under `fleet` and `channel` (addresses) in `epoch`
 * until `deadline` (unix seconds, an hour from the chain's now at most). Answers the signature (65 bytes, hexadecimal).
 * Nothing is stored: the contract takes one claim an epoch, and the board follows the chain. Throws a `ConsoleRefusal`
 * otherwise.
 */
export async function signClaim(
  { crypto, identity, registration }: ClaimingOptions,
  parameters: unknown,
): Promise<unknown> {
  const { chainId } = identity.configuration ?? refuse('configure the board first');
  const { channel, deadline, epoch, fleet, newOwner } = (parameters ?? {}) as Record<string, unknown>;
  const claim = {
    epoch: wholeNumber('epoch', epoch, EPOCH_MAX),
    newOwner: addressIn('newOwner', newOwner),
    fleet: addressIn('fleet', fleet),
    channel: addressIn('channel', channel),
    deadline: wholeNumber('deadline', deadline, Number.MAX_SAFE_INTEGER),
  };
  if (claim.newOwner.every(byte => byte === 0)) refuse('newOwner is nobody');
  const found = toldByChain(await registration());
  if (!found.registered) refuse('this board is not registered, so there is nothing to claim');
  judgeDeadline(claim.deadline, found, CLAIM_LIFETIME_SECONDS_MAX);
  const domain = { chainId, verifyingContract: deviceAddress(crypto, identity.originalAddress) };
  return { signature: toHex(crypto.sign(claimDigest(crypto, domain, claim), identity.privateKey)) };
}

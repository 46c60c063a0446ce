/**
 * The rotation of the board's key, at the local console: the board makes a new key and keeps it beside the old one. It
 * signs with the old one until a final block shows the new one; then the old one is gone in the same write.
 */

import { toHex } from '../bytes/hex.js';
import { deviceAddress } from '../contract/create2.js';
import { ROTATION_SECONDS_MAX, rotateKeyDigest } from '../contract/rotateKey.js';
import type { Entropy } from '../port/entropy.js';
import type { ClaimingOptions } from './claiming.js';
import { ConsoleRefusal } from './provisioning.js';

const EPOCH_MAX = 0xffff_ffff;

const refuse = (reason: string): never => {
  throw new ConsoleRefusal(reason);
};

/** The identity that signs, the chain by which it judges the time, and the source of the new key. */
export interface RotationOptions extends ClaimingOptions {
  entropy: Entropy;
}

/**
 * The console method `rotateKey`: makes the next key, once, and signs with both keys that it takes the place of the
 * present one in `epoch` until `deadline` (unix seconds, an hour from the chain's now at most). Answers `newKey` (an
 * address), `oldSignature` and `newSignature` (65 bytes each, hexadecimal). Without the fleet's threshold they are worth
 * nothing. Throws a `ConsoleRefusal` otherwise.
 */
export async function rotateKey(
  { crypto, entropy, identity, registration }: RotationOptions,
  parameters: unknown,
): Promise<unknown> {
  const { chainId } = identity.configuration ?? refuse('configure the board first');
  const { deadline, epoch } = (parameters ?? {}) as Record<string, unknown>;
  if (!isWhole(epoch, EPOCH_MAX)) return refuse(`epoch must be a whole number up to ${EPOCH_MAX}`);
  if (!isWhole(deadline, Number.MAX_SAFE_INTEGER)) return refuse('deadline must be whole unix seconds');
  const found = await registration();
  if (typeof found === 'string') {
    return refuse(`the chain did not tell what time it is, so nothing is signed: ${found}`);
  }
  if (!found.registered) refuse('this board is not registered: a reset makes a new key');
  if (deadline <= found.now) refuse('deadline has passed already');
  if (deadline > found.now + ROTATION_SECONDS_MAX) refuse('deadline may be an hour from now at most');
  const next = identity.nextKey(entropy);
  const rotation = { oldKey: identity.address, newKey: crypto.addressOf(next)!, epoch, deadline };
  const domain = { chainId, verifyingContract: deviceAddress(crypto, identity.originalAddress) };
  const digest = rotateKeyDigest(crypto, domain, rotation);
  return {
    newKey: toHex(rotation.newKey),
    oldSignature: toHex(crypto.sign(digest, identity.privateKey)),
    newSignature: toHex(crypto.sign(digest, next)),
  };
}

const isWhole = (value: unknown, max: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max;

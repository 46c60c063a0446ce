/**
 * The rotation of the board's key, at the local console: the board makes a new key and keeps it beside the old one. It
 * signs with the old one until a final block shows the new one; then the old one is gone in the same write.
 */

import { toHex } from '../bytes/hex.js';
import { deviceAddress } from '../contract/create2.js';
import { ROTATION_SECONDS_MAX, rotateKeyDigest } from '../contract/rotateKey.js';
import type { Entropy } from '../port/entropy.js';
import { type ClaimingOptions, EPOCH_MAX } from './claiming.js';
import { judgeDeadline, refuse, toldByChain, wholeNumber } from './consoleRefusal.js';

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
  const asked = (parameters ?? {}) as Record<string, unknown>;
  const epoch = wholeNumber('epoch', asked.epoch, EPOCH_MAX);
  const deadline = wholeNumber('deadline', asked.deadline, Number.MAX_SAFE_INTEGER);
  const found = toldByChain(await registration());
  if (!found.registered) refuse('this board is not registered: a reset makes a new key');
  judgeDeadline(deadline, found, ROTATION_SECONDS_MAX);
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

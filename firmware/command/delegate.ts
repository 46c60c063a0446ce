/**
 * Commands by a delegate: class 0, signed by a key that the Fleet lists for exactly this action. No link commits to
 * them, so an envelope can be withheld without a trace; `follows` ties each to the direct command before it.
 */

import { type App, findAction } from '../app/app.js';
import { readNumber } from '../bytes/bigEndian.js';
import { equal } from '../bytes/equal.js';
import { encodeText } from '../bytes/text.js';
import { accepted, rejected, undetermined, type Verdict } from '../bytes/verdict.js';
import { encodeStatic } from '../contract/abi.js';
import type { Crypto } from '../port/crypto.js';
import type { CommandCause } from './answer.js';
import { CommandClass, type Envelope } from './envelope.js';
import { restraining, type UnqueuedContext } from './facts.js';
import { type CommandCode, judgeOrder, judgeTime, type Order } from './judge.js';

/** The key (32 bytes) of a listing in the Fleet's mapping of delegates: the signer, and the action as its scope. */
export const listingKey = (crypto: Crypto, signer: Uint8Array, action: string): Uint8Array =>
  crypto.keccak256(encodeStatic(signer, crypto.keccak256(encodeText(action))));

/**
 * The checks that need no chain: the operator signed the envelope's hash (65 bytes, recoverable), and its class is one
 * that a delegate may order.
 */
export function judgeSignature(
  crypto: Crypto,
  envelope: Envelope,
  hash: Uint8Array,
  signature: Uint8Array,
): Verdict<undefined, CommandCode, never> {
  const signer = signature.length === 65 ? crypto.recoverAddress(hash, signature) : undefined;
  if (!signer || !equal(signer, envelope.operator))
    return rejected('unauthorized', 'the signature is not of the operator whom the envelope names');
  if (envelope.class !== CommandClass.routine)
    return rejected('class', 'a delegate may order routine actions only');
  return accepted(undefined);
}

/** The decision on a delegated envelope, its signature being checked and its listing proven. */
export function judgeDelegated(
  app: App,
  envelope: Envelope,
  context: UnqueuedContext,
): Verdict<Order, CommandCode, CommandCause> {
  const { facts, held, now } = context;
  if (envelope.epoch !== facts.device.epoch || envelope.fleetEpoch !== facts.fleet.epoch) {
    return rejected('void', 'the envelope is of another epoch than the board or its fleet');
  }
  const expiry = readNumber(facts.word) ?? 0;
  if (expiry === 0)
    return rejected('unauthorized', `the fleet does not list this delegate for ${envelope.action}`);
  if (now > expiry)
    return rejected('unauthorized', `the delegate's listing for ${envelope.action} has expired`);
  if (restraining(context).some(({ word }) => (readNumber(word) ?? 0) < now))
    return undetermined('level', "the delegate's listing ends in a block that is not final yet");
  if (envelope.sequence <= context.lastNonce)
    return rejected(
      'replayed',
      `nonce ${envelope.sequence} is used; the delegate's last one is ${context.lastNonce}`,
    );
  if (envelope.follows > context.consumed) {
    return rejected(
      'not_yet',
      `the envelope follows sequence ${envelope.follows}, the board is at ${context.consumed}`,
    );
  }
  if (envelope.follows < context.consumed) {
    return rejected(
      'void',
      `the envelope follows sequence ${envelope.follows}, the board went on to ${context.consumed}`,
    );
  }
  const action = findAction(app, envelope.action);
  if (!context.nowProven && !action?.beforeNow) {
    return undetermined(
      'not_now',
      'now is not proven since the restart, and a delegate cannot prove it; send a direct command first',
    );
  }
  const time = judgeTime(envelope, now, context.born);
  if (time.verdict === 'rejected') return time;
  if (held.verdict === 'undetermined') return held;
  return judgeOrder(app, envelope);
}

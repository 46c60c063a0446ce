/**
 * Commands by a delegate: class 0, signed by a key that the Fleet lists for exactly this action. They are in no
 * link, so an envelope may be withheld unseen; `follows` ties them to the direct commands that were.
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
import { type CommandCode, judgeOrder, judgeTime, type Order } from './judge.js';
import type { UnqueuedContext } from './unqueued.js';

/** The key of the Fleet's mapping of delegates: signer and scope, the scope being one action. */
export const listingKey = (crypto: Crypto, signer: Uint8Array, action: string): Uint8Array =>
  crypto.keccak256(encodeStatic(signer, crypto.keccak256(encodeText(action))));

/** Checked before anything is asked of the chain: who signed, and is it a thing that a delegate may order at all. */
export function signedBy(
  crypto: Crypto,
  envelope: Envelope,
  hash: Uint8Array,
  signature: Uint8Array,
): Verdict<undefined, CommandCode, never> {
  const signer = signature.length === 65 ? crypto.recoverAddress(hash, signature) : undefined;
  if (!signer || !equal(signer, envelope.operator))
    return rejected('unauthorized', 'its operator did not sign it');
  if (envelope.class !== CommandClass.routine)
    return rejected('class', 'a delegate orders what is routine only');
  return accepted(undefined);
}

/** The whole decision, once all is proven. */
export function judgeDelegated(
  app: App,
  envelope: Envelope,
  context: UnqueuedContext,
): Verdict<Order, CommandCode, CommandCause> {
  const { facts, held, newest, now } = context;
  if (envelope.epoch !== facts.device.epoch || envelope.fleetEpoch !== facts.fleet.epoch) {
    return rejected('void', 'it is of another epoch than the board or its fleet');
  }
  const expiry = readNumber(facts.word) ?? 0;
  if (expiry === 0)
    return rejected('unauthorized', `the fleet lists no such delegate for ${envelope.action}`);
  if (now > expiry) return rejected('unauthorized', `its listing for ${envelope.action} has expired`);
  if ((readNumber(newest.word) ?? 0) < now) return undetermined('level', 'its listing is being revoked');
  if (envelope.sequence <= context.lastNonce)
    return rejected('replayed', `nonce ${envelope.sequence} was used`);
  if (envelope.follows > context.consumed) {
    return rejected(
      'not_yet',
      `it follows sequence ${envelope.follows}, the board is at ${context.consumed}`,
    );
  }
  if (envelope.follows < context.consumed) {
    return rejected(
      'void',
      `it follows sequence ${envelope.follows}, the board went on to ${context.consumed}`,
    );
  }
  const action = findAction(app, envelope.action);
  if (!context.nowProven && !action?.beforeNow) {
    return undetermined('not_now', 'now is not proven since the restart, and a delegate cannot prove it');
  }
  const time = judgeTime(envelope, now, context.born);
  if (time.verdict === 'rejected') return time;
  if (held.verdict === 'undetermined') return held;
  return judgeOrder(app, envelope);
}

/** The pure decision on one authentic link of the queue: run its envelope, refuse it, hold, or count it as run before. */

import { type App, findAction } from '../app/app.js';
import { equal } from '../bytes/equal.js';
import { type Rejected, rejected, undetermined } from '../bytes/verdict.js';
import type { Outcome } from '../ledger/receipt.js';
import { RAN_ENVELOPES_MAX, type Ran } from '../ledger/records.js';
import type { PurposePolicy } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import type { CommandVerdict } from './answer.js';
import { judgeCertainty, needsLifecycle } from './certainty.js';
import type { CommandFacts, Holds } from './facts.js';
import { type CommandCode, disagreement, judgeOrder, judgeTime, type Order } from './judge.js';
import { isLifecycle } from './trustOrder.js';
import type { AuthenticLink } from './walk.js';
import type { Waiting } from './wire.js';

/** The decision on one link. */
export type LinkDecision =
  /** The envelope ran before a reorganisation linked it anew. */
  | { kind: 'repeat'; ran: Ran }
  | { kind: 'run'; waiting: Waiting; order: Order }
  /** The link is consumed without running, with a receipt. */
  | { kind: 'refuse'; outcome: Outcome; verdict: Rejected<CommandCode> }
  /** The queue stops at the link; `needsLifecycle` when a head of that purpose's level is all that is missing. */
  | { kind: 'hold'; verdict: CommandVerdict; needsLifecycle: boolean };

/** All that a link is decided by. */
export interface LinkContext {
  app: App;
  facts: CommandFacts;
  floors: Floors;
  /** The holds that the facts put on the board. */
  held: Holds;
  ledger: { birth: number | undefined; ran: readonly Ran[] };
  /** The policies of the purposes `lifecycle` and `command`. */
  lifecycle: PurposePolicy;
  policy: PurposePolicy;
  /** The link's envelope; undefined while nobody delivered it. */
  waiting: Waiting | undefined;
}

/** Decides on a link. A refusal holds as long as the facts are not final: what is taken back could not be undone. */
export function decideLink(link: AuthenticLink, context: LinkContext): LinkDecision {
  const { facts, floors, ledger, policy, waiting } = context;
  const { level, number } = facts.head;
  // A look at the level of lifecycle may be a weaker one: no other order is settled by it.
  if (level < policy.level && !(waiting && isLifecycle(waiting.delivery.envelope))) {
    return hold(undetermined('level', `block ${number} is trusted at level ${level}, not ${policy.level}`));
  }
  const ran = ledger.ran.find(other => equal(other.envelopeHash, link.commandHash));
  if (ran) return { kind: 'repeat', ran };
  if (link.fleetEpoch < facts.fleet.epoch) {
    return refuse(facts, 'voided', rejected('void', 'the fleet began a newer epoch'));
  }
  const now = floors.now(policy.level);
  const nowProven = floors.nowProven(policy.level);
  if (waiting) return decideDelivered(link, waiting, now, nowProven, context);
  if (nowProven && facts.head.finalized && now > link.notAfter) {
    return refuse(facts, 'expired', rejected('expired', 'nobody delivered the envelope in its time'));
  }
  return hold(undetermined('withheld', `the envelope of link ${link.sequence} was not delivered`));
}

function decideDelivered(
  link: AuthenticLink,
  waiting: Waiting,
  now: number,
  nowProven: boolean,
  { app, facts, floors, held, ledger, lifecycle }: LinkContext,
): LinkDecision {
  const { envelope } = waiting.delivery;
  const { head } = facts;
  if (!nowProven && !findAction(app, envelope.action)?.beforeNow) {
    return hold(
      undetermined('not_now', 'now is not proven since the restart: no link carries the challenge'),
    );
  }
  const differs = disagreement(envelope, link);
  if (differs) {
    return refuse(facts, 'refused', rejected('void', `the envelope's ${differs} is not the link's`));
  }
  const time = judgeTime(envelope, now, ledger.birth ?? 0);
  if (time.verdict === 'rejected') {
    if (time.code === 'not_yet') return hold(time);
    return refuse(facts, time.code === 'expired' ? 'expired' : 'refused', time);
  }
  const restrained = isLifecycle(envelope) ? held.lifecycle : held.orders;
  if (restrained.verdict === 'undetermined') return hold(restrained);
  const order = judgeOrder(app, envelope);
  if (order.verdict === 'rejected') return refuse(facts, 'refused', order);
  const mayBeTakenBack = order.value.action.finality === 'latest' && ledger.ran.length < RAN_ENVELOPES_MAX;
  if (!head.finalized && !mayBeTakenBack) {
    return hold(
      undetermined('level', `the link lies at or before block ${head.number}, which is not final yet`),
    );
  }
  const certain = judgeCertainty(order.value, head, lifecycle, floors);
  return certain.verdict === 'accepted'
    ? { kind: 'run', waiting, order: order.value }
    : hold(certain, needsLifecycle(order.value, head, lifecycle));
}

/** The queue stops at the link with that verdict. */
export const hold = (verdict: CommandVerdict, lifecycle = false): LinkDecision => ({
  kind: 'hold',
  verdict,
  needsLifecycle: lifecycle,
});

/** The link is consumed with a receipt, once the block is final. */
export function refuse(facts: CommandFacts, outcome: Outcome, verdict: Rejected<CommandCode>): LinkDecision {
  if (facts.head.finalized) return { kind: 'refuse', outcome, verdict };
  return hold(undetermined('level', `the block is not final yet; then ${verdict.code}: ${verdict.evidence}`));
}

/** The certainty that an action needs of the chain before it may run. */

import { type App, findAction } from '../app/app.js';
import { accepted, undetermined, type Verdict } from '../bytes/verdict.js';
import type { PurposePolicy } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import type { Tag, TrustedHead } from '../trust/level.js';
import type { CommandCause } from './answer.js';
import { Authority, type Envelope } from './envelope.js';
import type { Order } from './judge.js';

/**
 * The tag of the block that the envelope is judged at: `latest` only where the action tolerates a reorganisation and
 * the policy allows it. Above level 1 no newest block is trusted.
 */
export function tagFor(app: App, { action, authority }: Envelope, policy: PurposePolicy): Tag {
  const tolerant = authority !== Authority.batch && findAction(app, action)?.finality === 'latest';
  return tolerant && policy.level === 1 && !policy.finalOnly ? 'latest' : 'finalized';
}

/** True when the order lacks nothing but a head of the level of the purpose `lifecycle`. */
export const needsLifecycle = ({ action }: Order, head: TrustedHead, { level }: PurposePolicy): boolean =>
  action.class === 'irreversible' && head.finalized && head.level < level;

/**
 * The hold on an irreversible action, which needs a final head of the level of the purpose `lifecycle`, and now proven
 * at that level. Accepted when the order need not wait.
 */
export function judgeCertainty(
  { action }: Order,
  head: TrustedHead,
  { level }: PurposePolicy,
  floors: Floors,
): Verdict<undefined, never, CommandCause> {
  if (action.class !== 'irreversible') return accepted(undefined);
  if (head.level < level) {
    const evidence = `an irreversible action needs level ${level}; block ${head.number} is trusted at level ${head.level}`;
    return undetermined('level', evidence);
  }
  if (!head.finalized) return undetermined('level', `block ${head.number} is not final yet`);
  if (floors.nowProven(level)) return accepted(undefined);
  return undetermined('not_now', `now is not proven at level ${level} since the restart`);
}

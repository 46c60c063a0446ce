/** What cannot be undone needs a final head of the level of the purpose `lifecycle`, and now at that level. */

import { type Undetermined, undetermined } from '../bytes/verdict.js';
import type { PurposePolicy } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import type { TrustedHead } from '../trust/level.js';
import type { CommandCause } from './answer.js';
import type { Order } from './judge.js';

/** Whether a head of that level is all that is missing. */
export const needsLifecycle = ({ action }: Order, head: TrustedHead, { level }: PurposePolicy): boolean =>
  action.class === 'irreversible' && head.finalized && head.level < level;

/** Why the order must wait; undefined when it need not. */
export function uncertain(
  { action }: Order,
  head: TrustedHead,
  { level }: PurposePolicy,
  floors: Floors,
): Undetermined<CommandCause> | undefined {
  if (action.class !== 'irreversible') return undefined;
  if (head.level < level) {
    const evidence = `what cannot be undone needs level ${level}, block ${head.number} has ${head.level}`;
    return undetermined('level', evidence);
  }
  if (!head.finalized) return undetermined('level', `block ${head.number} is not final yet`);
  if (floors.nowProven(level)) return undefined;
  return undetermined('not_now', `now is not proven at level ${level} since the restart`);
}

/**
 * The owner that a reading shows, against the one whom the board knows. Another owner holds everything from the newest
 * trusted block on; once that is certain, the hand-over begins, and it alone lifts the hold.
 */

import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { type Undetermined, undetermined } from '../bytes/verdict.js';
import type { Ownership } from '../ledger/ownership.js';
import type { PurposePolicy } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import { type CommandFacts, type FactsPair, restraining } from './facts.js';
import { isCertain } from './life.js';

/** The owner is the known one; or another one, for whom the board only holds; or one to whom it is handed over. */
export type OwnerStage = { stage: 'known' } | { stage: 'held' | 'handover'; hold: Undetermined<'handover'> };

/** True when the block shows the owner whom the board knows. */
export const showsKnownOwner = ({ device }: CommandFacts, { owner }: Ownership): boolean =>
  equal(device.owner, owner);

/**
 * The stage of a pair of readings. The hand-over needs a final head at the level of the purpose `lifecycle`, now proven
 * at that level, and a greater epoch than the known one.
 */
export function ownerStage(
  pair: FactsPair,
  ownership: Ownership,
  { level }: PurposePolicy,
  floors: Floors,
): OwnerStage {
  const { facts } = pair;
  const other = [facts, ...restraining(pair)].find(read => !showsKnownOwner(read, ownership));
  if (!other) return { stage: 'known' };
  const { device, head } = other;
  const owner = `the Device has another owner, ${toHex(device.owner)}, at block ${head.number}`;
  const begins =
    other === facts && device.epoch > ownership.epoch && isCertain(head, level) && floors.nowProven(level);
  return begins
    ? {
        stage: 'handover',
        hold: undetermined('handover', `${owner}; the board waits for its holdfast.trust`),
      }
    : { stage: 'held', hold: undetermined('handover', `${owner}, which is not certain yet`) };
}

/** Waiting envelopes that the queue did not reach: held up, not final yet, of an older epoch, or in no link at all. */

import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { rejected, undetermined } from '../bytes/verdict.js';
import type { CommandVerdict } from './answer.js';
import type { CommandFacts } from './facts.js';
import type { Walk } from './walk.js';
import type { Waiting } from './wire.js';

/**
 * The verdict on a waiting envelope that the queue did not reach.
 *
 * @param stopped the verdict on the link that the queue stopped at; undefined when it stopped at none
 * @param ahead hexadecimal hashes that links beyond these facts commit to; undefined when they are not known
 */
export function judgeUnreached(
  { delivery: { envelope }, hash }: Waiting,
  walk: Walk,
  facts: CommandFacts,
  newest: CommandFacts,
  stopped: CommandVerdict | undefined,
  ahead: ReadonlySet<string> | undefined,
): CommandVerdict {
  const { sequence } = facts.device;
  if (envelope.epoch < facts.device.epoch) {
    return rejected('void', `the envelope is of epoch ${envelope.epoch}, the board of ${facts.device.epoch}`);
  }
  const linked = walk.links.some(link => equal(link.commandHash, hash));
  const walkedTo = walk.links.length > 0 ? walk.links[walk.links.length - 1].sequence : walk.from.sequence;
  if (stopped?.verdict === 'undetermined' && stopped.cause === 'handover') return stopped;
  if (linked || (envelope.sequence > walkedTo && envelope.sequence <= sequence)) {
    const reason =
      stopped && stopped.verdict !== 'accepted' ? stopped.evidence : 'an earlier link comes first';
    return undetermined('withheld', `the envelope waits for its turn: ${reason}`);
  }
  const possible = ahead === undefined || ahead.has(toHex(hash));
  if (possible && envelope.sequence > sequence && envelope.sequence <= newest.device.sequence) {
    return undetermined('level', `link ${envelope.sequence} is on chain, but not in a final block yet`);
  }
  const evidence =
    envelope.sequence > newest.device.sequence
      ? `the envelope names sequence ${envelope.sequence}, the newest link on chain is ${newest.device.sequence}`
      : `link ${envelope.sequence} on chain commits to another envelope`;
  return rejected('not_anchored', evidence);
}

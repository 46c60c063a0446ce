/** Where an envelope stands that the queue did not reach: held up, not final yet, of another epoch, or nobody's. */

import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { rejected, undetermined } from '../bytes/verdict.js';
import type { CommandVerdict } from './answer.js';
import type { CommandFacts } from './facts.js';
import type { Waiting } from './queue.js';
import type { Walk } from './walk.js';

/**
 * @param stopped what held up the link that the queue stopped at, if it did
 * @param ahead hashes that links beyond these facts commit to, if they are known
 */
export function place(
  { delivery: { envelope }, hash }: Waiting,
  walk: Walk,
  facts: CommandFacts,
  newest: CommandFacts,
  stopped: CommandVerdict | undefined,
  ahead: ReadonlySet<string> | undefined,
): CommandVerdict {
  const { sequence } = facts.device;
  if (envelope.epoch < facts.device.epoch) {
    return rejected('void', `it is of epoch ${envelope.epoch}, the board's is ${facts.device.epoch}`);
  }
  const authentic = walk.links.some(link => equal(link.commandHash, hash));
  const beyond = walk.links.length > 0 ? walk.links[walk.links.length - 1].sequence : walk.from.sequence;
  if (authentic || (envelope.sequence > beyond && envelope.sequence <= sequence)) {
    const reason =
      stopped && stopped.verdict !== 'accepted' ? stopped.evidence : 'an earlier link comes first';
    return undetermined('withheld', `it waits for its turn: ${reason}`);
  }
  const known = ahead === undefined || ahead.has(toHex(hash));
  if (known && envelope.sequence > sequence && envelope.sequence <= newest.device.sequence) {
    return undetermined('level', `link ${envelope.sequence} is on chain, but not in a final block yet`);
  }
  const evidence =
    envelope.sequence > newest.device.sequence
      ? `the newest link on chain is ${newest.device.sequence}, it claims ${envelope.sequence}`
      : `link ${envelope.sequence} on chain commits to another envelope`;
  return rejected('not_anchored', evidence);
}

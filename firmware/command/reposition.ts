/** The board's position before it consumes a walk: confirmed, moved into a newer epoch, or taken back after a fork. */

import { equal } from '../bytes/equal.js';
import { rejected } from '../bytes/verdict.js';
import { forgottenUpdates } from '../ledger/keys.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Ownership } from '../ledger/ownership.js';
import type { Settlement } from './answer.js';
import { type CommandFacts, statementWithoutResult } from './facts.js';
import { showsKnownOwner } from './ownerStage.js';
import type { Walk } from './walk.js';

/** Moves the ledger to where the walk begins; returns what that settled. */
export function reposition(
  ledger: Ledger,
  walk: Walk,
  facts: CommandFacts,
  ownership: Ownership,
): Settlement[] {
  if (walk.start === 'fork') return takeBack(ledger, walk, facts);
  if (walk.start === 'epoch') return [enterEpoch(ledger, walk, facts, ownership)];
  const open = ledger.ran.filter(ran => ran.sequence > walk.from.sequence);
  if (facts.head.finalized && open.length < ledger.ran.length) {
    // Later links may lie before the block of the position.
    ledger.commit({ settled: { ...walk.from, block: ledger.settled.block }, ran: open });
  }
  return [];
}

function enterEpoch(ledger: Ledger, { from }: Walk, facts: CommandFacts, ownership: Ownership): Settlement {
  const receipt = ledger.commit({
    position: from,
    settled: from,
    ran: [],
    // The download was the former owner's.
    ...(showsKnownOwner(facts, ownership) ? {} : { records: forgottenUpdates() }),
    statement: statementWithoutResult(facts, {
      envelopeHash: from.head,
      sequence: 0,
      outcome: 'voided',
      code: 'epoch',
    }),
  });
  return { hash: from.head, verdict: rejected('void', 'a newer epoch began'), receipt };
}

/** Goes back to the last final link. An envelope that ran and is in no link any more is receipted as `reorged`. */
function takeBack(ledger: Ledger, walk: Walk, facts: CommandFacts): Settlement[] {
  const settlements: Settlement[] = [];
  for (const ran of ledger.ran) {
    if (ran.reorged || walk.links.some(link => equal(link.commandHash, ran.envelopeHash))) continue;
    const { envelopeHash, sequence } = ran;
    const receipt = ledger.commit({
      ran: ledger.ran.map(other => (other === ran ? { ...ran, reorged: true } : other)),
      statement: statementWithoutResult(facts, {
        envelopeHash,
        sequence,
        outcome: 'reorged',
        code: 'reorged',
      }),
    });
    const verdict = rejected('not_anchored' as const, 'the chain took the command back after it ran');
    settlements.push({ hash: envelopeHash, verdict, receipt });
  }
  // Last, so that after a power cut the fork is found again and receipted to the end.
  ledger.commit({ position: ledger.settled });
  return settlements;
}

/** Whether proven facts may decide anything: fresh, not below what was final before, of an epoch that is certain. */

import { accepted, undetermined, type Verdict } from '../bytes/verdict.js';
import type { Ledger } from '../ledger/ledger.js';
import type { PurposePolicy } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import type { CommandCause } from './answer.js';
import { type CommandFacts, provenPosition } from './facts.js';
import type { ProofOfNow } from './proofOfNow.js';

type Admitted = Verdict<undefined, never, CommandCause>;

export interface AdmissionOptions {
  floors: Floors;
  ledger: Ledger;
  /** That of the purpose `lifecycle`, which a newer epoch needs. */
  lifecycle: PurposePolicy;
  now: ProofOfNow;
}

export class Admission {
  readonly #options: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Freshness and floors; and, where the store was lost, its new birth, before which nothing counts. */
  admit(facts: CommandFacts, newest: CommandFacts, policy: PurposePolicy): Admitted {
    const { floors, ledger } = this.#options;
    const admitted = floors.admit(facts.head, policy);
    if (admitted.verdict === 'undetermined') return admitted;
    const recent = floors.admitNewest(newest.head, policy.maximumAge);
    if (recent.verdict === 'undetermined') return recent;
    if (ledger.birth !== undefined) return admitted;
    if (!facts.head.finalized || !floors.nowProven(policy.level)) {
      return undetermined('not_now', 'the store was lost; a proof of now must give it a new birth first');
    }
    const position = provenPosition(facts);
    ledger.commit({ birth: facts.head.timestamp, position, settled: position, ran: [] });
    return undetermined('not_now', 'the store was born anew; send what begins after this moment');
  }

  /** The board follows into a newer epoch only where it is certain, and back only out of one that never was. */
  epoch(facts: CommandFacts): Admitted {
    const { device, head } = facts;
    const { ledger, lifecycle } = this.#options;
    const { epoch } = ledger.position;
    if (device.epoch < epoch) {
      if (this.#overrules(facts)) this.#begunAnew(facts);
      return undetermined('stale', `block ${head.number} is of an epoch before ${epoch}`);
    }
    if (device.epoch === epoch) return accepted(undefined);
    if (!head.finalized) return undetermined('level', 'a newer epoch began and is not final yet');
    if (head.level < lifecycle.level) {
      const evidence = `a newer epoch needs level ${lifecycle.level}, block ${head.number} has ${head.level}`;
      return undetermined('level', evidence);
    }
    return accepted(undefined);
  }

  /**
   * An epoch that a forged head named must not lock the board: a head as strong as that one overrules it once it is
   * certainly newer, which the challenge of a later boot shows.
   */
  #overrules({ device, head }: CommandFacts): boolean {
    const { ledger, now } = this.#options;
    const { level = 1 } = ledger.position;
    return head.finalized && head.level >= level && !ledger.epochIsNew && now.contains(device.head);
  }

  /** At the proven position, so that nothing that was linked before runs, again or late. */
  #begunAnew(facts: CommandFacts): void {
    const position = provenPosition(facts);
    const { hash, number } = facts.head;
    this.#options.ledger.commit({
      position,
      settled: position,
      ran: [],
      statement: {
        envelopeHash: position.head,
        sequence: 0,
        outcome: 'voided',
        code: 'epoch',
        result: new Uint8Array(0),
        block: { number, hash },
      },
    });
  }
}

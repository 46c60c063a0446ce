/** The admission of proven facts: they decide only if they are fresh, not below the floors, and of a certain epoch. */

import { accepted, undetermined, type Verdict } from '../bytes/verdict.js';
import type { Ledger } from '../ledger/ledger.js';
import type { PurposePolicy } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import type { CommandCause } from './answer.js';
import {
  type CommandFacts,
  type FactsPair,
  provenPosition,
  restraining,
  statementWithoutResult,
} from './facts.js';
import { showsKnownOwner } from './ownerStage.js';
import type { ProofOfNow } from './proofOfNow.js';
import type { TrustOrders } from './trustOrder.js';

type Admitted = Verdict<undefined, never, CommandCause>;

/** The state that facts are admitted against. */
export interface AdmissionOptions {
  floors: Floors;
  ledger: Ledger;
  /** The policy of the purpose `lifecycle`, whose level a newer epoch needs. */
  lifecycle: PurposePolicy;
  now: ProofOfNow;
  trustOrders: Pick<TrustOrders, 'adopted' | 'ownership'>;
}

/** The Device as it was read last: in memory alone, because each boot reads it anew before it decides anything. */
export interface SeenDevice {
  /** `DeviceStatus` of a final block, or of the newest block where that is the severer one; 0 before the first reading. */
  status: number;
  /** The number of the newest block; 0 before the first reading. */
  block: number;
  /** True when either block shows another owner than the one whom the board knows. */
  isOthers: boolean;
}

/** Admits facts, and moves the ledger where a lost journal or a forged epoch asks for it. */
export class Admission {
  readonly #options: AdmissionOptions;
  #seen: SeenDevice = { status: 0, block: 0, isOthers: false };

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** The Device of the facts that were admitted last. */
  get seen(): SeenDevice {
    return this.#seen;
  }

  /**
   * Admits facts that are fresh and not below the floors. Where the store was lost, the first facts with now proven
   * give it a new birth, and envelopes from before that birth do not count. A store that counts fewer receipts than an
   * operator has seen, by an envelope of this boot, was put back from an older copy: it is lost too.
   */
  admit(pair: FactsPair, policy: PurposePolicy): Admitted {
    const { facts, newest } = pair;
    const { floors, ledger, now, trustOrders } = this.#options;
    if (trustOrders.adopted) {
      return undetermined('handover', 'the board begins anew under its new trust configuration');
    }
    const admitted = floors.admit(facts.head, policy);
    if (admitted.verdict === 'undetermined') return admitted;
    const readings = [facts, ...restraining(pair)];
    for (const { head } of restraining(pair)) {
      const recent = floors.admitNewest(head, policy.maximumAge);
      if (recent.verdict === 'undetermined') return recent;
    }
    // The numbers of the statuses ascend with severity.
    this.#seen = {
      status: Math.max(...readings.map(({ device }) => device.status)),
      block: newest.head.number,
      isOthers: !readings.every(read => showsKnownOwner(read, trustOrders.ownership)),
    };
    if (ledger.birth !== undefined && now.receipts <= ledger.receiptCounter) return admitted;
    if (!facts.head.finalized || !floors.nowProven(policy.level)) {
      return undetermined(
        'not_now',
        'the journal was lost; send a command that carries the challenge, so that the board can begin a new one',
      );
    }
    const position = provenPosition(facts);
    ledger.commit({ birth: facts.head.timestamp, position, settled: position, ran: [] });
    now.forgetReceipts();
    return undetermined(
      'not_now',
      'the journal was begun anew; send an envelope whose notBefore lies after this moment',
    );
  }

  /** Admits facts of the board's epoch, and of a newer one only where it is certain. An epoch that never was is left. */
  epoch(facts: CommandFacts): Admitted {
    const { device, head } = facts;
    const { floors, ledger, lifecycle, trustOrders } = this.#options;
    const { epoch } = ledger.position;
    if (device.epoch < epoch) {
      if (this.#overrules(facts)) this.#beginAnew(facts);
      return undetermined(
        'stale',
        `block ${head.number} is of epoch ${device.epoch}, the board is in ${epoch}`,
      );
    }
    if (device.epoch === epoch) return accepted(undefined);
    if (!head.finalized) return undetermined('level', 'a newer epoch began in a block that is not final yet');
    if (head.level < lifecycle.level) {
      const evidence = `a newer epoch needs level ${lifecycle.level}; block ${head.number} is trusted at level ${head.level}`;
      return undetermined('level', evidence);
    }
    // An old head could show an owner of long ago.
    if (!showsKnownOwner(facts, trustOrders.ownership) && !floors.nowProven(lifecycle.level)) {
      const evidence = `another owner is proven at block ${head.number}, but now is not: send an order that carries the challenge`;
      return undetermined('not_now', evidence);
    }
    return accepted(undefined);
  }

  /**
   * True when the facts show that the board's epoch was a forged head's, so that a forgery locks no board: the head is
   * final, at least as strong as the one that named the epoch, and newer, which the challenge of a later boot shows.
   */
  #overrules({ device, head }: CommandFacts): boolean {
    const { ledger, now } = this.#options;
    const { level = 1 } = ledger.position;
    return head.finalized && head.level >= level && !ledger.epochIsNew && now.contains(device.head);
  }

  /** Moves to the proven position, so that nothing that was linked before it runs, again or late. */
  #beginAnew(facts: CommandFacts): void {
    const position = provenPosition(facts);
    const statement = statementWithoutResult(facts, {
      envelopeHash: position.head,
      sequence: 0,
      outcome: 'voided',
      code: 'epoch',
    });
    this.#options.ledger.commit({ position, settled: position, ran: [], statement });
  }
}

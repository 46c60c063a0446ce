/**
 * Header trust by sync committees (L4): a block is trusted when two thirds of the chain's sync committee signed that it
 * is final. Each committee is known from the one before, the first from a configured root. Provers bring the messages
 * and are believed nothing.
 *
 * The state goes on one message at a time, and each step is on flash before the next is asked for. Beyond the
 * weak-subjectivity period the board goes on as far as a checkpoint over its own challenge reaches, and believes none
 * of it before it has seen that both are on one chain. A board without a calendar cannot see that all its messages are
 * old: therefore now has to be proven, as at every level.
 */

import { type AdvanceVerdict, Examination } from '../beacon/advance.js';
import { BOOTSTRAP_BYTES_MAX, parseBootstrap, verifyBootstrap } from '../beacon/bootstrap.js';
import { nextQuestion, type Question } from '../beacon/catchUp.js';
import { periodAt } from '../beacon/chain.js';
import type { Refused } from '../beacon/checks.js';
import type { FinalityState } from '../beacon/state.js';
import { UPDATE_BYTES_MAX } from '../beacon/update.js';
import { equal } from '../bytes/equal.js';
import {
  accepted,
  type TrustCause,
  type Undetermined,
  undetermined,
  type Verdict,
} from '../bytes/verdict.js';
import type { BlockName } from './ancestry.js';
import { type Attested, Finality, type FinalityOptions } from './finality.js';
import type { Standing } from './finalityRecord.js';
import { Level, type TrustedHead } from './level.js';
import { askPieces, inOrder, type Prover, questions } from './prover.js';

/** The help that L4 needs from the levels beside it. */
export interface Confirmation {
  /** A block that operators signed over this boot's challenge, with its time in unix seconds. */
  checkpoint(): Promise<Verdict<BlockName & { timestamp: number }, never, TrustCause>>;
  /** True when one block is an ancestor of the other (ancestry.ts). */
  onOneChain(a: BlockName, b: BlockName): Promise<Verdict<boolean, never, TrustCause | 'no_witness'>>;
}

export interface SyncCommitteeOptions extends FinalityOptions {
  provers: readonly Prover[];
  confirmation: Confirmation;
  /** Told of every bad answer: the prover's name, a code, and the evidence in words. */
  onBadAnswer(prover: string, code: string, evidence: string): void;
  /** Told of each period on a long way. */
  onProgress?(line: string): void;
}

/** Accepted when the way could be gone so far. */
type Went = Verdict<true, never, TrustCause>;

/** The end before there was a verdict on an answer. */
type Ended = { ended: Undetermined<TrustCause> };

/** Bytes of a message that may wait. */
export const OFFERED_BYTES_MAX = 6144;

/** Questions to one prover for one head: more than two years of periods. The rest waits for the next head. */
const QUESTIONS_MAX = 800;

/** L4 over provers. Questions are asked one at a time, by `head` alone. */
export class SyncCommitteeTrust {
  readonly level = Level.syncCommittee;
  readonly #options: SyncCommitteeOptions;
  readonly #finality: Finality;
  /** A message that came by itself. */
  #offered: Uint8Array | undefined = undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** Provers that gave nonsense; they are asked last. */
  readonly #marked = new Set<Prover>();

  constructor(options: SyncCommitteeOptions) {
    this.#options = options;
    this.#finality = new Finality(options);
  }

  get standing(): Standing | 'nothing' {
    return this.#finality.standing;
  }

  /** The newest final block that is known without asking; undefined when there is none, or it does not count. */
  get known(): BlockName | undefined {
    return this.state && nameOf(this.state);
  }

  /** The committees as they are known; undefined when nothing is known, or it does not count. */
  get state(): FinalityState | undefined {
    return this.#finality.standing === 'good' ? this.#finality.state : undefined;
  }

  /** The newest message that was verified in this boot: it shows whether finality stalls. */
  get attested(): Attested | undefined {
    return this.#finality.attested;
  }

  /** True while a message that came by itself waits to be looked at. */
  get hasOffer(): boolean {
    return this.#offered !== undefined;
  }

  /**
   * Takes a finality message that came unasked, over any path; it is looked at with the next head. What can say nothing
   * new is not kept, nor what is longer than `OFFERED_BYTES_MAX`: it would take the memory that a proof needs. Nor is
   * one whose proof comes in pieces: who has them has the message too, and is asked for it all the same.
   */
  offer(bytes: Uint8Array): void {
    if (bytes.length <= OFFERED_BYTES_MAX && this.#finality.mayBeNew(bytes)) this.#offered = bytes;
  }

  /** The newest final block that anybody can show. Calls wait for each other: two would go on from the same state. */
  head(): Promise<Verdict<TrustedHead, never, TrustCause>> {
    const head = this.#last.then(() => this.#head());
    this.#last = head;
    return head;
  }

  /**
   * Takes the word of L3 for a block. A suspended state goes on if both are on one chain, else it begins anew; a good
   * state that names the very block is up to date.
   */
  async settle(block: BlockName): Promise<void> {
    const { standing, state } = this.#finality;
    if (standing === 'good' && state && equal(state.execution.hash, block.hash)) this.#finality.confirm();
    if (standing !== 'suspended' || !state) return;
    const same = await this.#options.confirmation.onOneChain(nameOf(state), block);
    if (same.verdict !== 'accepted') return;
    if (same.value) this.#finality.confirm();
    else this.#finality.forget();
  }

  async #head(): Promise<Verdict<TrustedHead, never, TrustCause>> {
    if (!this.#finality.state) {
      const begun = await this.#begin();
      if (begun.verdict === 'undetermined') return begun;
    }
    const went = await this.#goOn();
    if (went.verdict === 'undetermined') return went;
    if (this.#finality.standing === 'unconfirmed') {
      const confirmed = await this.#confirm();
      if (confirmed.verdict === 'undetermined') return confirmed;
    }
    const { present, standing, state } = this.#finality;
    if (!state) return undetermined('unreachable', 'the way so far was wrong and is begun anew');
    if (standing !== 'good')
      return undetermined('level', 'a sync committee contradicted itself: L4 waits for L3');
    const { committeeSize } = this.#options.context.chain;
    const signed = present > 0 ? `, ${present} of ${committeeSize} signed` : '';
    const basis = `sync committee${signed}, slot ${state.slot}`;
    return accepted({ ...state.execution, level: this.level, finalized: true, basis });
  }

  /** Begins at the configured root. */
  async #begin(): Promise<Went> {
    const { context } = this.#options;
    const { checkpointRoot } = this.#options.configuration;
    let failure: Went = undetermined('unreachable', 'no prover is configured');
    for (const prover of inOrder(this.#options.provers, this.#marked)) {
      const answer = await prover.ask(questions.bootstrap(checkpointRoot), BOOTSTRAP_BYTES_MAX);
      if (answer.verdict === 'undetermined') {
        failure = undetermined(answer.cause, `${prover.name}: ${answer.evidence}`);
        continue;
      }
      const parsed = parseBootstrap(answer.value);
      const verified =
        parsed.verdict === 'accepted' ? verifyBootstrap(context, checkpointRoot, parsed.value) : parsed;
      if (verified.verdict === 'accepted') {
        this.#finality.begin(verified.value);
        return accepted(true);
      }
      if (verified.verdict === 'undetermined') return undetermined(verified.cause, verified.evidence);
      failure = this.#bad(prover, verified.code, verified.evidence);
    }
    return failure;
  }

  /** Goes on as far as a prover can show. All are asked until one brings something newer: any one could withhold. */
  async #goOn(): Promise<Went> {
    const before = this.#finality.state?.slot;
    const offered = this.#offered;
    this.#offered = undefined;
    const examination = offered && this.#finality.examine({ kind: 'finality' }, offered);
    if (examination instanceof Examination) this.#finality.conclude(examination);
    let failure: Went | undefined;
    let answered = false;
    for (const prover of inOrder(this.#options.provers, this.#marked)) {
      if (answered && prover.lastResort) break;
      const went = await this.#goOnWith(prover);
      if (went.verdict === 'accepted') {
        answered = true;
        this.#marked.delete(prover);
        if (this.#finality.state?.slot !== before) break;
      } else if (went.cause === 'stale' || went.cause === 'unknown_fork') {
        // The committee itself signed this, and no other prover can unsay it.
        return went;
      } else failure ??= went;
    }
    return answered || !failure ? accepted(true) : failure;
  }

  async #goOnWith(prover: Prover): Promise<Went> {
    const { context, onProgress } = this.#options;
    let question: Question | undefined = { kind: 'finality' };
    for (let asked = 0; question && asked < QUESTIONS_MAX; asked++) {
      const outcome = await this.#outcomeOf(prover, question);
      if ('ended' in outcome) return outcome.ended;
      if (outcome.verdict === 'rejected') {
        const bad = this.#bad(prover, outcome.code, outcome.evidence);
        return outcome.code === 'equivocation' ? accepted(true) : bad;
      }
      if (outcome.verdict === 'undetermined' && isFinal(outcome.cause))
        return undetermined(outcome.cause, `${prover.name}: ${outcome.evidence}`);
      const { state } = this.#finality;
      if (!state) return undetermined('unreachable', 'begun anew');
      const behind = outcome.verdict === 'undetermined' && outcome.cause === 'behind';
      question = nextQuestion(context.chain, state, question, outcome);
      if (behind && !question) return undetermined('unreachable', `${prover.name} lacks a period`);
      if (question?.kind === 'committee')
        onProgress?.(`L4 catches up: period ${periodAt(context.chain, state.slot)}`);
    }
    if (question) return undetermined('stale', 'a long way; it goes on from here');
    return accepted(true);
  }

  /** The verdict on a prover's answer, once it has brought the pieces that the answer lacks. */
  async #outcomeOf(prover: Prover, question: Question): Promise<AdvanceVerdict | Ended> {
    const examination = await this.#examined(prover, question);
    if (!(examination instanceof Examination)) return examination;
    const refusal = await askPieces(prover, examination);
    if (refusal) return refusal.verdict === 'rejected' ? refusal : silence(prover, refusal);
    const outcome = this.#finality.conclude(examination);
    if (outcome !== 'too far') return outcome;
    const further = await this.#further();
    if (further.verdict === 'undetermined') return { ended: further };
    const again = this.#finality.conclude(examination);
    const end = undetermined('stale', 'further than the checkpoint');
    return again === 'too far' ? { ended: end } : again;
  }

  /** Asks, and looks at the answer; its bytes are held no longer where pieces are to come. */
  #examined(prover: Prover, question: Question): Promise<Examination | Refused | Ended> {
    // Not an async function: see rpc/client.ts.
    const path = question.kind === 'finality' ? questions.finality() : questions.committee(question.period);
    return prover
      .ask(path, UPDATE_BYTES_MAX)
      .then(answer =>
        answer.verdict === 'undetermined'
          ? silence(prover, answer)
          : this.#finality.examine(question, answer.value),
      );
  }

  /**
   * Extends the way beyond the weak-subjectivity period, to the time that operators sign over this boot's challenge.
   */
  async #further(): Promise<Went> {
    const { configuration, confirmation } = this.#options;
    const checkpoint = await confirmation.checkpoint();
    if (checkpoint.verdict === 'undetermined') {
      const why = `slept longer than ${configuration.maximumSleep} s: needs a checkpoint over its challenge`;
      return undetermined('stale', `${why} (${checkpoint.evidence})`);
    }
    this.#finality.reachTo(checkpoint.value.timestamp);
    return accepted(true);
  }

  /** Confirms that the state is on the chain that operators signed over this boot's challenge, or forgets it. */
  async #confirm(): Promise<Went> {
    const { confirmation, onBadAnswer } = this.#options;
    const checkpoint = await confirmation.checkpoint();
    if (checkpoint.verdict === 'undetermined') return undetermined('stale', checkpoint.evidence);
    const same = await confirmation.onOneChain(nameOf(this.#finality.state!), checkpoint.value);
    if (same.verdict === 'undetermined') return undetermined('stale', same.evidence);
    if (same.value) {
      this.#finality.confirm();
      return accepted(true);
    }
    const evidence = 'committees led to another chain than the checkpoint; begun anew';
    onBadAnswer('sync committee', 'contradiction', evidence);
    this.#finality.forget();
    return undetermined('stale', evidence);
  }

  #bad(prover: Prover, code: string, evidence: string): Went {
    this.#marked.add(prover);
    this.#options.onBadAnswer(prover.name, code, evidence);
    return undetermined('unreachable', `${prover.name}: ${code} (${evidence})`);
  }
}

/** True for causes after which a prover has nothing more to say. */
const isFinal = (cause: string): cause is 'no_quorum' | 'unknown_fork' =>
  cause === 'no_quorum' || cause === 'unknown_fork';

const silence = ({ name }: Prover, { cause, evidence }: Undetermined<TrustCause>): Ended => ({
  ended: undetermined(cause, `${name}: ${evidence}`),
});

const nameOf = ({ execution: { hash, number } }: FinalityState): BlockName => ({ hash, number });

/**
 * The newest block by the sync committee: the header that two thirds signed last, final or not. It only restrains. Any
 * prover may withhold, so provers are asked until one shows a block that is young enough by the clock of this level.
 */

import {
  NEWEST_BYTES_MAX,
  type NewestBlock as Newest,
  NewestExamination,
  parseNewest,
} from '../beacon/newest.js';
import { equal } from '../bytes/equal.js';
import {
  accepted,
  type TrustCause,
  type Undetermined,
  undetermined,
  type Verdict,
} from '../bytes/verdict.js';
import { Level, type TrustedBlock } from './level.js';
import { askPieces, inOrder, type Prover, questions } from './prover.js';
import type { SyncCommitteeOptions, SyncCommitteeTrust } from './syncCommittee.js';

/** The greatest age of the newest block, in seconds of the chain: what restrains must be seen in minutes. */
export const NEWEST_AGE_SECONDS_MAX = 180;

/** The finality beside it, and the provers. */
export interface NewestBlockOptions
  extends Pick<SyncCommitteeOptions, 'context' | 'provers' | 'onBadAnswer'> {
  light: Pick<SyncCommitteeTrust, 'head' | 'state'>;
  /** Unix seconds by the clock of L4. */
  now(): number;
  /** Told of every signed time of the chain, unix seconds: a floor under now. */
  reached(timestamp: number): void;
}

type Answer = Verdict<TrustedBlock, never, TrustCause>;

/** Reads the newest block from provers. */
export class NewestBlock {
  readonly #options: NewestBlockOptions;
  /** Provers that gave nonsense; they are asked last. */
  readonly #marked = new Set<Prover>();
  /** The hash of the last good message, and what it showed: most questions are answered with the same one again. */
  #last: { message: Uint8Array; newest: Newest } | undefined = undefined;

  constructor(options: NewestBlockOptions) {
    this.#options = options;
  }

  /** `stale` when all that provers show is too old; else the cause of the last that had none. */
  async head(): Promise<Answer> {
    let failure: Undetermined<TrustCause> = undetermined('unreachable', 'no prover is configured');
    for (const prover of inOrder(this.#options.provers, this.#marked)) {
      const answer = await this.#ask(prover);
      if (answer.verdict === 'accepted') return answer;
      if (failure.cause !== 'stale') failure = answer;
    }
    return failure;
  }

  async #ask(prover: Prover): Promise<Answer> {
    const { context, now, onBadAnswer, reached } = this.#options;
    const { committeeSize } = context.chain;
    const answer = await prover.ask(questions.newest(), NEWEST_BYTES_MAX);
    if (answer.verdict === 'undetermined')
      return undetermined(answer.cause, `${prover.name}: ${answer.evidence}`);
    const verdict = await this.#verify(prover, answer.value);
    if (verdict.verdict === 'rejected') {
      this.#marked.add(prover);
      onBadAnswer(prover.name, verdict.code, verdict.evidence);
      return undetermined('unreachable', `${prover.name}: ${verdict.code} (${verdict.evidence})`);
    }
    if (verdict.verdict === 'undetermined')
      return undetermined(verdict.cause, `${prover.name}: ${verdict.evidence}`);
    const { attestedTime, execution, present } = verdict.value;
    reached(attestedTime);
    const age = now() - attestedTime;
    if (age > NEWEST_AGE_SECONDS_MAX)
      return undetermined('stale', `${prover.name}: the newest block that it shows is ${age} s old`);
    this.#marked.delete(prover);
    const basis = `signed by ${present} of ${committeeSize}, not final`;
    return accepted({ ...execution, level: Level.syncCommittee, finalized: false, basis });
  }

  async #verify(prover: Prover, bytes: Uint8Array): Promise<Verdict<Newest, string, TrustCause>> {
    const { context, light } = this.#options;
    const message = context.crypto.keccak256(bytes);
    if (this.#last && equal(this.#last.message, message) && light.state) return accepted(this.#last.newest);
    const examination = await this.#examined(bytes);
    if (!(examination instanceof NewestExamination)) return examination;
    const refusal = await askPieces(prover, examination);
    if (refusal) return refusal;
    const verdict = examination.judge();
    if (verdict.verdict === 'undetermined') return narrowed(verdict);
    if (verdict.verdict === 'accepted') this.#last = { message, newest: verdict.value };
    return verdict;
  }

  /** Looks at a message, and lets finality go on first where a committee that is not known yet signed it. */
  async #examined(bytes: Uint8Array): Promise<NewestExamination | Verdict<never, string, TrustCause>> {
    const { context, light } = this.#options;
    const parsed = parseNewest(bytes, context.chain.committeeSize);
    if (parsed.verdict === 'rejected') return parsed;
    const examine = () =>
      light.state ? NewestExamination.begin(context, light.state, parsed.value) : undefined;
    let examination = examine();
    if (!examination || ('cause' in examination && examination.cause === 'behind')) {
      const head = await light.head();
      if (head.verdict === 'undetermined') return head;
      examination = examine();
    }
    if (!examination) return undetermined('level', 'the sync committee does not speak');
    return 'cause' in examination ? narrowed(examination) : examination;
  }
}

/** A committee that stays unknown is what is too new for the state, or of long ago. */
const narrowed = ({ cause, evidence }: Undetermined<TrustCause | 'behind'>): Undetermined<TrustCause> =>
  undetermined(cause === 'behind' ? 'stale' : cause, evidence);

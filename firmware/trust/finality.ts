/**
 * The state of L4 on its way: one message comes in, and a newer state is on flash. Committees may speak for each other
 * only within the weak-subjectivity period (`maximumSleep`), since former members could sign another past later.
 *
 * The period is measured from a point: the time of the chain at which the board was last up to date. The point lies in
 * flash. It moves by time that the monotonic clock counts while finality arrives, by a checkpoint over the challenge,
 * and by L3. It never moves by the word of committees, or keys of long ago would gain a whole period with every
 * restart.
 */

import { comesInPieces } from '../beacon/absentPieces.js';
import { type AdvanceVerdict, Examination } from '../beacon/advance.js';
import type { Question } from '../beacon/catchUp.js';
import { type BeaconContext, timeAt } from '../beacon/chain.js';
import { encodeChain } from '../beacon/chainWire.js';
import type { Refused } from '../beacon/checks.js';
import { countPresent, isSupermajority } from '../beacon/committee.js';
import type { FinalityState } from '../beacon/state.js';
import { parseUpdate, type Update } from '../beacon/update.js';
import { concat } from '../bytes/concat.js';
import { equal } from '../bytes/equal.js';
import { undetermined } from '../bytes/verdict.js';
import type { Clock } from '../port/clock.js';
import type { LightConfiguration } from './configuration.js';
import {
  encodeFinalityRecord,
  type FinalityRecord,
  parseFinalityRecord,
  type Standing,
} from './finalityRecord.js';

export interface FinalityOptions {
  context: BeaconContext;
  configuration: LightConfiguration;
  clock: Clock;
  /** The record in flash. */
  load(): Uint8Array | undefined;
  /** Keeps the record, durable on return; undefined erases it. */
  save(record: Uint8Array | undefined): void;
}

/** Seconds after which a message without a newer block is verified all the same, since it shows that time went on. */
const CLOCK_INTERVAL_SECONDS = 600;

/** Seconds between two arrivals of finality that still count as time in which it arrived: an epoch takes 384. */
const ARRIVAL_GAP_SECONDS_MAX = 3600;

/** The newest message that was verified in this boot: the header that was signed, and the block final in its state. */
export interface Attested {
  /** Unix seconds. */
  time: number;
  /** Unix seconds. */
  finalizedTime: number;
}

/** `too far`: the committee signed, but later than committees alone may speak. */
export type StepOutcome = AdvanceVerdict | 'too far';

/** The record of L4 and its rules; asks nobody. */
export class Finality {
  readonly #options: FinalityOptions;
  readonly #origin: Uint8Array;
  #record: FinalityRecord | undefined = undefined;
  /** Unix seconds of the chain at which the board was last up to date. */
  #point = 0;
  /** Seconds of the monotonic clock at which finality last arrived, or at which this boot began to look for it. */
  #arrivedAt: number;
  /** Seconds that the monotonic clock counted without finality since the point was last set by others. */
  #waited = 0;
  /** Unix seconds until which a checkpoint over the challenge lets the board go on, unconfirmed. */
  #reach = 0;
  #attested: Attested | undefined = undefined;
  #present = 0;

  constructor(options: FinalityOptions) {
    this.#options = options;
    const { crypto } = options.context;
    const { chain, checkpointRoot } = options.configuration;
    this.#origin = crypto.keccak256(concat(checkpointRoot, encodeChain(chain))).slice(0, 4);
    this.#record = parseFinalityRecord(options.load(), this.#origin);
    this.#point = this.#record?.upToDate ?? 0;
    this.#arrivedAt = this.#monotonicSeconds();
  }

  get standing(): Standing | 'nothing' {
    return this.#record?.standing ?? 'nothing';
  }

  get state(): FinalityState | undefined {
    return this.#record?.state;
  }

  /** The newest verified time of the chain in this boot, unix seconds, or 0. */
  get seen(): number {
    return this.#attested?.time ?? 0;
  }

  /** The newest verified message of this boot, or undefined. */
  get attested(): Attested | undefined {
    return this.#attested;
  }

  /** Positions that signed the newest message, or 0 when none was verified in this boot. */
  get present(): number {
    return this.#present;
  }

  /**
   * True for a message that may say something new, and says it alone. Nothing is verified; it is asked before a message
   * is kept, so that noise takes no place.
   */
  mayBeNew(bytes: Uint8Array): boolean {
    const { chain } = this.#options.context;
    const parsed = parseUpdate(bytes, chain.committeeSize);
    if (parsed.verdict === 'rejected') return false;
    const { attested, bits, finalized, signatureSlot } = parsed.value;
    const isInOrder = signatureSlot > attested.slot && attested.slot >= finalized.beacon.slot;
    if (!isInOrder || !isSupermajority(countPresent(bits), chain.committeeSize)) return false;
    if (comesInPieces(bits)) return false;
    return !this.#record || !this.#saysNothingNew(this.#record, parsed.value, timeAt(chain, attested.slot));
  }

  /** Begins at a state that the configuration vouches for. */
  begin(state: FinalityState): void {
    this.#point = timeAt(this.#options.context.chain, state.slot);
    this.#keep({ origin: this.#origin, standing: 'good', state });
  }

  /** Looks at a message, the answer to `question`: refused by the cheap checks, or to be concluded. */
  examine(question: Question, bytes: Uint8Array): Examination | Refused {
    const { context } = this.#options;
    const record = this.#record;
    if (!record) return undetermined('stale', 'nothing to go on from');
    const parsed = parseUpdate(bytes, context.chain.committeeSize);
    if (parsed.verdict === 'rejected') return parsed;
    const update = parsed.value;
    const attestedTime = timeAt(context.chain, update.attested.slot);
    if (question.kind === 'finality' && this.#saysNothingNew(record, update, attestedTime))
      return undetermined('stale', 'nothing new');
    return Examination.begin(context, record.state, update);
  }

  /** Takes a message once all its pieces are there. A newer state is on flash when this returns. */
  conclude(examination: Examination): StepOutcome {
    const { context } = this.#options;
    const { attestedSlot, finalizedSlot } = examination.claim;
    const record = this.#record;
    // While its pieces came another level may have spoken.
    if (record?.state !== examination.state) return undetermined('stale', 'the state is another by now');
    const attestedTime = timeAt(context.chain, attestedSlot);
    const verdict = examination.judge();
    if (verdict.verdict === 'rejected' && verdict.code === 'equivocation')
      this.#keep({ ...record, standing: 'suspended' });
    if (verdict.verdict !== 'accepted') return verdict;
    // Only for a signed message: else anybody's word would send the board for a checkpoint.
    const alone = this.#mayStandAlone(attestedTime);
    if (!alone && attestedTime > this.#reach) return 'too far';
    if (attestedTime > this.seen)
      this.#attested = {
        time: attestedTime,
        finalizedTime: timeAt(context.chain, finalizedSlot),
      };
    this.#present = verdict.value.present;
    const { learned, moved, state } = verdict.value;
    const standing = record.standing === 'good' && !alone ? 'unconfirmed' : record.standing;
    if (moved) this.#arrive(timeAt(context.chain, state.slot));
    if (moved || learned) this.#keep({ ...record, state, standing });
    return verdict;
  }

  /** Operators signed this time, unix seconds, over the challenge: committees may be heard so far, unconfirmed. */
  reachTo(timestamp: number): void {
    // An attested block may be newer than the newest final one.
    this.#reach = timestamp + this.#options.configuration.maximumSleep;
  }

  /** The state is on the right chain, as a stronger or fresher level says: the board is up to date. */
  confirm(): void {
    const record = this.#record;
    if (!record) return;
    this.#point = timeAt(this.#options.context.chain, record.state.slot);
    this.#arrivedAt = this.#monotonicSeconds();
    this.#waited = 0;
    this.#reach = 0;
    this.#keep({ ...record, standing: 'good' });
  }

  /** The way so far was wrong: nothing of it is kept. */
  forget(): void {
    this.#options.save(undefined);
    this.#record = undefined;
    this.#point = 0;
    this.#reach = 0;
    this.#attested = undefined;
    this.#present = 0;
  }

  /** True for a block that is known already: its signature need not be verified, unless the clock asks for it. */
  #saysNothingNew({ state }: FinalityRecord, { finalized, next }: Update, attestedTime: number): boolean {
    if (finalized.beacon.slot !== state.slot || (next && !state.next)) return false;
    if (this.#present === 0 || attestedTime > this.seen + CLOCK_INTERVAL_SECONDS) return false;
    return equal(this.#options.context.crypto.keccak256(finalized.executionHeader), state.execution.hash);
  }

  /** Finality has reached a block of that time, unix seconds: the time that was counted meanwhile moves the point. */
  #arrive(finalizedTime: number): void {
    const since = this.#sinceArrival();
    this.#arrivedAt += since;
    if (since > this.#gapMax) this.#waited += since;
    else this.#point = Math.max(this.#point, Math.min(this.#point + since, finalizedTime));
  }

  /** True when committees alone are believed about that time, unix seconds. */
  #mayStandAlone(time: number): boolean {
    const { maximumSleep } = this.#options.configuration;
    const since = this.#sinceArrival();
    const waited = this.#waited + (since > this.#gapMax ? since : 0);
    return time <= this.#point + maximumSleep && waited <= maximumSleep;
  }

  get #gapMax(): number {
    return Math.min(ARRIVAL_GAP_SECONDS_MAX, this.#options.configuration.maximumSleep / 16);
  }

  #sinceArrival(): number {
    return this.#monotonicSeconds() - this.#arrivedAt;
  }

  #monotonicSeconds(): number {
    return Math.floor(this.#options.clock.monotonic() / 1000);
  }

  #keep(record: Omit<FinalityRecord, 'upToDate'>): void {
    const whole = { ...record, upToDate: this.#point };
    this.#options.save(encodeFinalityRecord(whole));
    this.#record = whole;
  }
}

/**
 * The state of L4 on its way: one message in, a newer state on flash, and how far committees may speak for each other
 * without anybody else (weak subjectivity): whoever once sat in one could sign another past later.
 */

import { type Advance, advance, type UpdateCause, type UpdateCode } from '../beacon/advance.js';
import type { Question } from '../beacon/catchUp.js';
import { timeAt } from '../beacon/chain.js';
import { encodeChain } from '../beacon/chainWire.js';
import type { BeaconContext } from '../beacon/context.js';
import type { FinalityState } from '../beacon/state.js';
import { parseUpdate, type Update } from '../beacon/update.js';
import { concat } from '../bytes/concat.js';
import { equal } from '../bytes/equal.js';
import { undetermined, type Verdict } from '../bytes/verdict.js';
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
  /** What is stored, and storing it, durable on return; undefined takes it away. */
  load(): Uint8Array | undefined;
  save(record: Uint8Array | undefined): void;
}

/** Seconds after which a message without a newer block is verified all the same, since it tells that time went on. */
const CLOCK_EVERY = 600;

/** `too far`: signed, but later than committees alone may speak. */
export type StepOutcome = Verdict<Advance, UpdateCode, UpdateCause> | 'too far';

export class Finality {
  readonly #options: FinalityOptions;
  readonly #origin: Uint8Array;
  #record: FinalityRecord | undefined;
  /** Unix seconds until which committees alone may speak in this boot, less what the monotonic clock counted. */
  #horizon: number | undefined;
  /** Until where a checkpoint over the challenge lets the board look, unconfirmed. */
  #reach = 0;
  #seen = 0;
  #present = 0;

  constructor(options: FinalityOptions) {
    this.#options = options;
    const { crypto } = options.context;
    const { chain, checkpointRoot } = options.configuration;
    this.#origin = crypto.keccak256(concat(checkpointRoot, encodeChain(chain))).slice(0, 4);
    this.#record = parseFinalityRecord(options.load(), this.#origin);
  }

  get standing(): Standing | 'nothing' {
    return this.#record?.standing ?? 'nothing';
  }

  get state(): FinalityState | undefined {
    return this.#record?.state;
  }

  /** The newest verified time of the chain in this boot, unix seconds, or 0. */
  get seen(): number {
    return this.#seen;
  }

  /** Positions that signed the newest message, or 0 when none was verified in this boot. */
  get present(): number {
    return this.#present;
  }

  begin(state: FinalityState): void {
    const upToDate = timeAt(this.#options.context.chain, state.slot);
    this.#keep({ origin: this.#origin, standing: 'good', upToDate, state });
  }

  /** One message. A newer state is on flash when this returns. */
  step(question: Question, bytes: Uint8Array): StepOutcome {
    const { context } = this.#options;
    const record = this.#record;
    if (!record) return undetermined('stale', 'nothing to go on from');
    const parsed = parseUpdate(bytes, context.chain.committeeSize);
    if (parsed.verdict === 'rejected') return parsed;
    const update = parsed.value;
    const attestedTime = timeAt(context.chain, update.attested.slot);
    if (question.kind === 'finality' && this.#saysNothingNew(record, update, attestedTime))
      return undetermined('stale', 'nothing new');
    const verdict = advance(context, record.state, update);
    if (verdict.verdict === 'rejected' && verdict.code === 'equivocation')
      this.#keep({ ...record, standing: 'suspended' });
    if (verdict.verdict !== 'accepted') return verdict;
    // Only what was signed: else anybody's word would send the board for a checkpoint.
    const alone = this.#limit(record);
    if (attestedTime > Math.max(alone, this.#reach)) return 'too far';
    this.#seen = Math.max(this.#seen, attestedTime);
    this.#present = verdict.value.present;
    const { learned, moved, state } = verdict.value;
    const standing = record.standing === 'good' && attestedTime > alone ? 'unconfirmed' : record.standing;
    if (moved || learned) this.#keep({ ...record, state, standing });
    return verdict;
  }

  /** Nobody has anything newer: the board is up to date, and may sleep from here on. */
  arrived(): void {
    const record = this.#record;
    if (record?.standing !== 'good') return;
    const upToDate = timeAt(this.#options.context.chain, record.state.slot);
    // Only a bound: a part of it is worth less than the flash.
    if (upToDate - record.upToDate > this.#options.configuration.maximumSleep / 16)
      this.#keep({ ...record, upToDate });
  }

  /** Operators say, over the challenge, that it was this late: committees may be heard so far, unconfirmed. */
  reachTo(timestamp: number): void {
    // What is attested may be newer than what is final.
    this.#reach = timestamp + this.#options.configuration.maximumSleep;
  }

  /** Somebody stronger, or fresher, knows the state to be on the right chain. */
  confirm(): void {
    const record = this.#record;
    if (!record) return;
    const upToDate = timeAt(this.#options.context.chain, record.state.slot);
    this.#keep({ ...record, standing: 'good', upToDate });
    this.#horizon = undefined;
    this.#reach = 0;
  }

  /** The way so far was wrong. */
  forget(): void {
    this.#options.save(undefined);
    this.#record = undefined;
    this.#horizon = undefined;
    this.#reach = 0;
    this.#seen = 0;
    this.#present = 0;
  }

  /** The block that is known already: no signature need be verified, unless the clock asks for it. */
  #saysNothingNew({ state }: FinalityRecord, { finalized, next }: Update, attestedTime: number): boolean {
    if (finalized.beacon.slot !== state.slot || (next && !state.next)) return false;
    if (this.#present === 0 || attestedTime > this.#seen + CLOCK_EVERY) return false;
    return equal(this.#options.context.crypto.keccak256(finalized.executionHeader), state.execution.hash);
  }

  /** Unix seconds up to which committees alone are believed. */
  #limit({ upToDate }: FinalityRecord): number {
    const elapsed = Math.floor(this.#options.clock.monotonic() / 1000);
    this.#horizon ??= upToDate + this.#options.configuration.maximumSleep - elapsed;
    return this.#horizon + elapsed;
  }

  #keep(record: FinalityRecord): void {
    this.#options.save(encodeFinalityRecord(record));
    this.#record = record;
  }
}

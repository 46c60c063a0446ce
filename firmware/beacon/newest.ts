/**
 * The newest block that the committee signed, final or not: a `LightClientOptimisticUpdate` (consensus-specs,
 * altair/light-client/sync-protocol.md) with the execution header. It moves no state; it only shows what the chain came
 * to, so that a pause is seen before it is final. Untrusted as every message is.
 */

import { encodeRecord, RecordReader } from '../bytes/record.js';
import {
  type Accepted,
  accepted,
  type Rejected,
  rejected,
  type Undetermined,
  undetermined,
  type Verdict,
} from '../bytes/verdict.js';
import { type PieceQuestion, WHOLE_BYTES_MAX } from './absentPieces.js';
import { type BlockProof, blockFields, type ExecutionBlock, readBlock, verifyExecution } from './block.js';
import { type BeaconContext, forkAt, periodAt, timeAt } from './chain.js';
import { signedFork, type UpdateCause, type UpdateCode } from './checks.js';
import { type Committee, countPresent, isSupermajority } from './committee.js';
import { CommitteeSignature, takePieces } from './signature.js';
import type { FinalityState } from './state.js';

/** Bytes of a message about the newest block: everything at its limit. */
export const NEWEST_BYTES_MAX = 4096 + WHOLE_BYTES_MAX;

/** A message about the newest block as it was parsed; nothing in it is verified. */
export interface NewestUpdate {
  /** The block that the committee signed, with its execution block. */
  attested: BlockProof;
  signatureSlot: number;
  /** 4 bytes. */
  forkVersion: Uint8Array;
  /** The positions that signed: one bit a position. */
  bits: Uint8Array;
  /** 96 bytes. */
  signature: Uint8Array;
  /** The keys of the positions that did not sign: as in an update. */
  absent: Uint8Array;
}

/** The newest block, verified. */
export interface NewestBlock {
  execution: ExecutionBlock;
  /** Unix seconds at which the slot of the signed header began. */
  attestedTime: number;
  /** Count of positions that signed. */
  present: number;
}

/** The record of a message about the newest block. */
export const encodeNewest = (update: NewestUpdate): Uint8Array =>
  encodeRecord([
    blockFields(update.attested),
    update.signatureSlot,
    update.forkVersion,
    update.bits,
    update.signature,
    update.absent,
  ]);

/** Reads what `encodeNewest` gave, for a chain with committees of that size. Untrusted bytes of any length. */
export function parseNewest(
  bytes: Uint8Array,
  committeeSize: number,
): Verdict<NewestUpdate, 'malformed', never> {
  const reader = new RecordReader(bytes, NEWEST_BYTES_MAX);
  const attested = readBlock(reader);
  const update = {
    signatureSlot: reader.number(),
    forkVersion: reader.fixed(4),
    bits: reader.fixed(committeeSize / 8),
    signature: reader.fixed(96),
    absent: reader.part(WHOLE_BYTES_MAX),
  };
  if (!attested || !reader.end()) return rejected('malformed', 'form: no newest block');
  return accepted({ ...update, attested });
}

type Refused = Rejected<UpdateCode> | Undetermined<UpdateCause>;

/** Accepted when the signature decides; the execution block is undefined where the rules of the fork are not known. */
function check(
  context: BeaconContext,
  state: FinalityState,
  update: Omit<NewestUpdate, 'absent'>,
): Accepted<{ committee: Committee; present: number; execution?: ExecutionBlock }> | Refused {
  const { chain, crypto } = context;
  const { attested, bits, signatureSlot } = update;
  const { slot } = attested.beacon;
  if (signatureSlot <= slot) return rejected('malformed', `order: signed ${signatureSlot}, ${slot}`);
  if (slot < state.slot) return undetermined('stale', `age: slot ${slot}, the state is at ${state.slot}`);
  const later = periodAt(chain, signatureSlot) - periodAt(chain, state.slot);
  const committee = later === 0 ? state.current : later === 1 ? state.next : undefined;
  if (!committee) return undetermined('behind', `behind: signed ${later} periods after the state`);
  const present = countPresent(bits);
  if (!isSupermajority(present, chain.committeeSize))
    return undetermined('no_quorum', `participation: ${present} of ${chain.committeeSize}`);
  const fork = signedFork(context, update);
  if (fork.verdict === 'rejected') return fork;
  const layout = forkAt(chain, slot)?.layout;
  if (!fork.value || !layout) return accepted({ committee, present });
  const execution = verifyExecution(crypto, layout, attested);
  if (execution.verdict !== 'accepted') return execution;
  return accepted({ committee, present, execution: execution.value });
}

/** Of the newest block, as far as the rules are known. */
type Judged = Omit<NewestBlock, 'execution'> & Partial<NewestBlock>;

/** A message of which everything but the signature has been verified. */
export class NewestExamination {
  readonly #newest: Judged;
  readonly #signature: CommitteeSignature;

  private constructor(newest: Judged, signature: CommitteeSignature) {
    this.#newest = newest;
    this.#signature = signature;
  }

  /**
   * The newest block that a committee signed which the state knows. `behind` when the state must go on first, `stale`
   * for what was signed before the state.
   */
  static begin(
    context: BeaconContext,
    state: FinalityState,
    { absent, ...update }: NewestUpdate,
  ): NewestExamination | Refused {
    const checked = check(context, state, update);
    if (checked.verdict !== 'accepted') return checked;
    const { committee, execution, present } = checked.value;
    const attested = update.attested.beacon;
    const signature = CommitteeSignature.begin(context, committee, { ...update, attested }, absent);
    if ('verdict' in signature) return signature;
    const attestedTime = timeAt(context.chain, attested.slot);
    return new NewestExamination({ execution, attestedTime, present }, signature);
  }

  /** The piece of the absent keys that is to come next; undefined once all are known. */
  get missing(): PieceQuestion | undefined {
    return this.#signature.missing;
  }

  /** Takes the answer to `missing`, untrusted bytes; a refused one changes nothing. */
  take(piece: Uint8Array): Rejected<'proof_invalid'> | undefined {
    return this.#signature.take(piece);
  }

  /** The verdict, by the signature, once nothing is missing. */
  judge(): Verdict<NewestBlock, UpdateCode, UpdateCause> {
    const signed = this.#signature.verify();
    if (signed.verdict === 'rejected') return signed;
    const { attestedTime, execution, present } = this.#newest;
    if (execution) return accepted({ execution, attestedTime, present });
    return undetermined('unknown_fork', 'unknown fork: its rules are not known');
  }
}

/** The whole of it, for those who have the pieces of a long proof at hand. */
export function verifyNewest(
  context: BeaconContext,
  state: FinalityState,
  update: NewestUpdate,
  pieceOf?: (question: PieceQuestion) => Uint8Array,
): Verdict<NewestBlock, UpdateCode, UpdateCause> {
  const examination = NewestExamination.begin(context, state, update);
  if (!(examination instanceof NewestExamination)) return examination;
  const refusal = pieceOf && takePieces(examination, pieceOf);
  return refusal ?? examination.judge();
}

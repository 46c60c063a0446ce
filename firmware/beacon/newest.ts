/**
 * The newest block that the committee signed, final or not: a `LightClientOptimisticUpdate` (consensus-specs,
 * altair/light-client/sync-protocol.md) with the execution header. It moves no state; it only shows what the chain came
 * to, so that a pause is seen before it is final. Untrusted as every message is.
 */

import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, undetermined, type Verdict } from '../bytes/verdict.js';
import { signedFork, type UpdateCause, type UpdateCode } from './advance.js';
import { type BlockProof, blockFields, type ExecutionBlock, readBlock, verifyExecution } from './block.js';
import { type BeaconContext, forkAt, periodAt, timeAt } from './chain.js';
import { countPresent, isSupermajority } from './committee.js';
import { verifySignature } from './signature.js';
import type { FinalityState } from './state.js';
import { updateBytesMax } from './update.js';

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
  /** The keys of the positions that did not sign, with their proof (absentKeys.ts). */
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
  const maximum = updateBytesMax(committeeSize);
  const reader = new RecordReader(bytes, maximum);
  const attested = readBlock(reader);
  const update = {
    signatureSlot: reader.number(),
    forkVersion: reader.fixed(4),
    bits: reader.fixed(committeeSize / 8),
    signature: reader.fixed(96),
    absent: reader.part(maximum),
  };
  if (!attested || !reader.end()) return rejected('malformed', 'form: no newest block');
  return accepted({ ...update, attested });
}

/**
 * The newest block that a committee signed which the state knows. `behind` when the state must go on first, `stale` for
 * what was signed before the state.
 */
export function verifyNewest(
  context: BeaconContext,
  state: FinalityState,
  update: NewestUpdate,
): Verdict<NewestBlock, UpdateCode, UpdateCause> {
  const { chain, crypto } = context;
  const { attested, bits, signatureSlot } = update;
  const { slot } = attested.beacon;
  if (signatureSlot <= slot) return rejected('malformed', `order: signed ${signatureSlot}, ${slot}`);
  if (slot < state.slot) return undetermined('stale', `age: slot ${slot}, the state is at ${state.slot}`);
  const later = periodAt(chain, signatureSlot) - periodAt(chain, state.slot);
  const signers = later === 0 ? state.current : later === 1 ? state.next : undefined;
  if (!signers) return undetermined('behind', `behind: signed ${later} periods after the state`);
  const present = countPresent(bits);
  if (!isSupermajority(present, chain.committeeSize))
    return undetermined('no_quorum', `participation: ${present} of ${chain.committeeSize}`);
  const fork = signedFork(context, update);
  if (fork.verdict === 'rejected') return fork;
  const layout = forkAt(chain, slot)?.layout;
  const signedUpdate = { ...update, attested: attested.beacon };
  if (!fork.value || !layout) {
    const signed = verifySignature(context, signers, signedUpdate);
    if (signed.verdict === 'rejected') return signed;
    return undetermined('unknown_fork', 'unknown fork: the committee signed under rules that are not known');
  }
  const execution = verifyExecution(crypto, layout, attested);
  if (execution.verdict !== 'accepted') return execution;
  const signed = verifySignature(context, signers, signedUpdate);
  if (signed.verdict === 'rejected') return signed;
  return accepted({ execution: execution.value, attestedTime: timeAt(chain, slot), present });
}

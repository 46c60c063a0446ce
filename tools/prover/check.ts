/**
 * The verdict of a board on an answer. The prover judges by the same code that boards run, in the state of a board that
 * knows the committee of the signature and nothing that contradicts the answer.
 */
import type { PieceQuestion } from '../../firmware/beacon/absentPieces.js';
import { type Advance, advance } from '../../firmware/beacon/advance.js';
import { type BeaconContext, periodAt } from '../../firmware/beacon/chain.js';
import type { UpdateCause, UpdateCode } from '../../firmware/beacon/checks.js';
import type { Committee } from '../../firmware/beacon/committee.js';
import { type NewestBlock, type NewestUpdate, verifyNewest } from '../../firmware/beacon/newest.js';
import type { Update } from '../../firmware/beacon/update.js';
import { rejected, type Verdict } from '../../firmware/bytes/verdict.js';
import { decodeHeader } from '../../firmware/proof/header.js';

export interface CheckedUpdate extends Advance {
  finalizedSlot: number;
  /** Of the finalized execution block. */
  number: number;
  hash: Uint8Array;
  timestamp: number;
}

/** `signers` is the committee of the signature's period; `pieceOf` gives pieces of a long proof of its absent keys. */
export function checkUpdate(
  context: BeaconContext,
  signers: Committee,
  update: Update,
  pieceOf?: (question: PieceQuestion) => Uint8Array,
): Verdict<CheckedUpdate, UpdateCode, UpdateCause> {
  const { chain, crypto } = context;
  const { executionHeader } = update.finalized;
  const facts = decodeHeader(executionHeader);
  if (facts.verdict === 'rejected') return rejected('malformed', facts.evidence);
  const { number, timestamp } = facts.value;
  const hash = crypto.keccak256(executionHeader);
  const { slot } = update.finalized.beacon;
  const turned = periodAt(chain, update.signatureSlot) > periodAt(chain, slot);
  const state = {
    slot,
    execution: { hash, number, timestamp },
    current: signers,
    ...(turned ? { next: signers } : {}),
  };
  const verdict = advance(context, state, turned ? { ...update, next: undefined } : update, pieceOf);
  if (verdict.verdict !== 'accepted') return verdict;
  return { ...verdict, value: { ...verdict.value, finalizedSlot: slot, number, hash, timestamp } };
}

/** The verdict of a board on the newest block; `signers` is the committee of the signature's period. */
export function checkNewest(
  context: BeaconContext,
  signers: Committee,
  update: NewestUpdate,
  pieceOf?: (question: PieceQuestion) => Uint8Array,
): Verdict<NewestBlock, UpdateCode, UpdateCause> {
  const { slot } = update.attested.beacon;
  const turned = periodAt(context.chain, update.signatureSlot) > periodAt(context.chain, slot);
  const execution = { hash: new Uint8Array(32), number: 0, timestamp: 0 };
  const state = { slot, execution, current: signers, ...(turned ? { next: signers } : {}) };
  return verifyNewest(context, state, update, pieceOf);
}

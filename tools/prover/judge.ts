/** From a node's update to what a board is sent, and what a board would say of it. */

import type { PieceQuestion } from '../../firmware/beacon/absentPieces.js';
import { type BeaconContext, forkAt } from '../../firmware/beacon/chain.js';
import type { Committee } from '../../firmware/beacon/committee.js';
import { domainSlot } from '../../firmware/beacon/domain.js';
import { headerRoot } from '../../firmware/beacon/header.js';
import type { Update } from '../../firmware/beacon/update.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { provePiece } from '../../host-sim/node/beaconApi/absent.js';
import { convertCommittee, convertUpdate } from '../../host-sim/node/beaconApi/convert.js';
import type {
  StandardCommittee,
  StandardHeader,
  StandardUpdate,
} from '../../host-sim/node/beaconApi/standard.js';
import { type CheckedUpdate, checkUpdate } from './check.js';
import { Lie } from './upstream.js';

const crypto = portableCrypto();

/** A committee with its keys, and as boards know it. */
export interface KnownCommittee {
  pubkeys: readonly Uint8Array[];
  committee: Committee;
}

export const knownCommittee = (standard: StandardCommittee): KnownCommittee => ({
  pubkeys: standard.pubkeys,
  committee: convertCommittee(standard),
});

/** Gives the pieces of the proof of a committee's absent keys. */
export const piecesOf =
  ({ pubkeys }: KnownCommittee) =>
  (question: PieceQuestion): Uint8Array =>
    provePiece(pubkeys, question)!;

/** The hash of the execution block that a header tells of. */
export const executionHashOf = (header: StandardHeader): Uint8Array =>
  header.execution?.blockHash ?? header.executionBlockHash!;

export const beaconRootOf = ({ beacon }: StandardHeader): Uint8Array =>
  headerRoot(crypto, { ...beacon, proposer: beacon.proposerIndex });

export interface Judged {
  compact: Update;
  checked: CheckedUpdate;
}

/** @throws Lie when a board would refuse it as wrong; Error when it would not go by it for another reason */
export function judge(
  context: BeaconContext,
  update: StandardUpdate,
  signers: KnownCommittee,
  executionHeader: Uint8Array,
): Judged {
  const { chain } = context;
  const fork = forkAt(chain, domainSlot(update.signatureSlot));
  if (!fork)
    throw new Lie('malformed', `signed in slot ${update.signatureSlot}, before the first known fork`);
  const compact = convertUpdate(update, {
    executionHeader,
    forkVersion: fork.version,
    signers: signers.pubkeys,
    chain,
  });
  const verdict = checkUpdate(context, signers.committee, compact, piecesOf(signers));
  if (verdict.verdict === 'rejected') throw new Lie(verdict.code, verdict.evidence);
  if (verdict.verdict === 'undetermined') throw new Error(verdict.evidence);
  return { compact, checked: verdict.value };
}

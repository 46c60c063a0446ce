/** A board's side of a test: from standard data to the compact bytes, and what the room says of them. */

import type { PieceQuestion } from '../../../firmware/beacon/absentPieces.js';
import type { Advance } from '../../../firmware/beacon/advance.js';
import { encodeBootstrap, parseBootstrap, verifyBootstrap } from '../../../firmware/beacon/bootstrap.js';
import { step } from '../../../firmware/beacon/catchUp.js';
import type { BeaconContext } from '../../../firmware/beacon/chain.js';
import type { NewestUpdate } from '../../../firmware/beacon/newest.js';
import type { FinalityState } from '../../../firmware/beacon/state.js';
import { encodeUpdate, type Update } from '../../../firmware/beacon/update.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import type { Bls } from '../../../firmware/port/bls.js';
import { provePiece } from '../../../host-sim/node/beaconApi/absent.js';
import { convertBootstrap, convertNewest, convertUpdate } from '../../../host-sim/node/beaconApi/convert.js';
import type { StandardBootstrap } from '../../../host-sim/node/beaconApi/standard.js';
import { blstBls } from '../../../host-sim/node/bls/blst.js';
import type { Block, SignedUpdate, World } from './world.js';

export const contextOf = (world: World, bls: Bls = blstBls()): BeaconContext => ({
  chain: world.chain,
  crypto: portableCrypto(),
  bls,
});

export const compact = ({ update, executionHeader, forkVersion, committee }: SignedUpdate): Update =>
  convertUpdate(update, { executionHeader, forkVersion, signers: committee.pubkeys });

/** The optimistic update of the same signature. */
export const compactNewest = ({
  attestedExecution,
  committee,
  forkVersion,
  update,
}: SignedUpdate): NewestUpdate =>
  convertNewest(update, { executionHeader: attestedExecution, forkVersion, signers: committee.pubkeys });

/** Gives the pieces of an update's committee. */
export const piecesOf =
  ({ committee }: SignedUpdate) =>
  (question: PieceQuestion): Uint8Array =>
    provePiece(committee.pubkeys, question)!;

export type StepVerdict = ReturnType<typeof step>;

export const stepWith = (context: BeaconContext, state: FinalityState, signed: SignedUpdate): StepVerdict =>
  step(context, state, encodeUpdate(compact(signed)), piecesOf(signed));

/** The stage at which an update ended. */
/** A state as it comes back from flash: without the state root of its block, which is kept for one boot. */
export function asStored(state: FinalityState): FinalityState {
  const { stateRoot, ...execution } = state.execution;
  return { ...state, execution };
}

export function stageOf(verdict: StepVerdict): string {
  if (verdict.verdict !== 'accepted') return verdict.evidence.split(':')[0];
  const { moved, learned } = verdict.value;
  return moved ? 'accepted, newer' : learned ? 'accepted, committee' : 'accepted, nothing new';
}

export function mustAccept(verdict: StepVerdict): Advance {
  if (verdict.verdict !== 'accepted') throw new Error(`not accepted: ${verdict.evidence}`);
  return verdict.value;
}

/** A board that has just begun at a block of that slot. */
export function begin(
  world: World,
  slot: number,
  context: BeaconContext = contextOf(world),
): { state: FinalityState; bootstrap: StandardBootstrap; block: Block } {
  const { bootstrap, executionHeader, trustedRoot } = world.bootstrap(slot);
  const parsed = parseBootstrap(encodeBootstrap(convertBootstrap(bootstrap, executionHeader)));
  if (parsed.verdict !== 'accepted') throw new Error(parsed.evidence);
  const verdict = verifyBootstrap(context, trustedRoot, parsed.value);
  if (verdict.verdict !== 'accepted') throw new Error(verdict.evidence);
  return { state: verdict.value, bootstrap, block: { header: bootstrap.header, executionHeader } };
}

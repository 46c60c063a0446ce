/**
 * One step along finality (consensus-specs, altair/light-client/sync-protocol.md, `validate_light_client_update` and
 * `apply_light_client_update`): from a state and an update to the next state. Stricter than there: nothing counts under
 * two thirds, nothing is forced, nothing is final before the first finalized block.
 *
 * The checks run from cheap to dear, the signature last; the evidence of a refusal begins with the stage that refused.
 */

import { equal } from '../bytes/equal.js';
import { type Accepted, accepted, type Rejected, rejected, undetermined } from '../bytes/verdict.js';
import type { PieceQuestion } from './absentPieces.js';
import type { ExecutionBlock } from './block.js';
import { type BeaconContext, periodAt, timeAt } from './chain.js';
import { type Checked, check, isOwnCommittee, type Refused } from './checks.js';
import { type Committee, committeeRoot } from './committee.js';
import { CommitteeSignature, takePieces } from './signature.js';
import type { FinalityState } from './state.js';
import type { Update } from './update.js';

/** The outcome of an update that was accepted. */
export interface Advance {
  state: FinalityState;
  /** True when the state has a newer finalized block. */
  moved: boolean;
  /** True when the state has a committee that it did not have before. */
  learned: boolean;
  /** The slot of the header that was signed: the chain has come at least so far, so its time is a floor under *now*. */
  attestedSlot: number;
  /** Unix seconds at which that slot began. */
  attestedTime: number;
  /** Count of positions that signed. */
  present: number;
}

/** A `Verdict<Advance, UpdateCode, UpdateCause>` whose `behind` tells the period. */
export type AdvanceVerdict = Accepted<Advance> | Refused;

/**
 * Judges one update and gives the next state; the state that was passed in is not changed.
 *
 * @param state as `verifyBootstrap` or an earlier step gave it
 * @param update as `parseUpdate` gave it
 * @param pieceOf gives pieces of the proof of absent keys, where all are at hand (else `Examination`)
 */
export function advance(
  context: BeaconContext,
  state: FinalityState,
  update: Update,
  pieceOf?: (question: PieceQuestion) => Uint8Array,
): AdvanceVerdict {
  const examination = Examination.begin(context, state, update);
  if (!(examination instanceof Examination)) return examination;
  const refusal = pieceOf && takePieces(examination, pieceOf);
  return refusal ?? examination.judge();
}

/** The parts of an update that count once the rest is verified: what is not needed any more is let go. */
interface Claim {
  attestedSlot: number;
  finalizedSlot: number;
  /** The committee of the period after the attested slot's. */
  next?: Committee;
  /** 4 bytes. */
  forkVersion: Uint8Array;
}

/** An update of which everything but the signature has been verified. */
export class Examination {
  /** The state that the update was examined in. */
  readonly state: FinalityState;
  readonly claim: Claim;
  readonly #context: BeaconContext;
  readonly #checked: Checked;
  readonly #signature: CommitteeSignature;

  private constructor(
    context: BeaconContext,
    state: FinalityState,
    claim: Claim,
    checked: Checked,
    signature: CommitteeSignature,
  ) {
    this.#context = context;
    this.state = state;
    this.claim = claim;
    this.#checked = checked;
    this.#signature = signature;
  }

  /** The cheap checks, which may be the end; then what the update itself says of absent keys. */
  static begin(context: BeaconContext, state: FinalityState, update: Update): Examination | Refused {
    const checked = check(context, state, update);
    if (checked.verdict !== 'accepted') return checked;
    const { absent, ...signed } = update;
    const signature = CommitteeSignature.begin(context, checked.value.committee, signed, absent);
    if ('verdict' in signature) return signature;
    const { attested, finalized, forkVersion, next } = signed;
    const slots = { attestedSlot: attested.slot, finalizedSlot: finalized.beacon.slot };
    const claim = { ...slots, next: next?.committee, forkVersion };
    return new Examination(context, state, claim, checked.value, signature);
  }

  /** The piece of the absent keys that is to come next; undefined once all are known. */
  get missing(): PieceQuestion | undefined {
    return this.#signature.missing;
  }

  /** Takes the answer to `missing`, untrusted bytes; a refused one changes nothing. */
  take(piece: Uint8Array): Rejected<'proof_invalid'> | undefined {
    return this.#signature.take(piece);
  }

  /** The verdict, by the signature, once nothing is missing; as often as it is asked for. */
  judge(): AdvanceVerdict {
    const { claim, state } = this;
    const { chain } = this.#context;
    const signed = this.#signature.verify();
    if (signed.verdict === 'rejected') return signed;
    const { execution, present } = this.#checked;
    if (!execution) {
      const version = claim.forkVersion.join('.');
      return undetermined('unknown_fork', `unknown fork: the committee signed under ${version}`);
    }
    const contradiction = contradicts(this.#context, state, claim, execution);
    if (contradiction) return rejected('equivocation', `equivocation: ${contradiction}`);
    return accepted({
      ...apply(this.#context, state, claim, execution),
      attestedSlot: claim.attestedSlot,
      attestedTime: timeAt(chain, claim.attestedSlot),
      present,
    });
  }
}

/** The contradiction between the state and what the committee signed, in words; undefined when there is none. */
function contradicts(
  { chain, crypto }: BeaconContext,
  state: FinalityState,
  { attestedSlot, finalizedSlot, next }: Claim,
  execution: ExecutionBlock,
): string | undefined {
  const later = finalizedSlot - state.slot;
  const higher = execution.number - state.execution.number;
  const sameHash = equal(execution.hash, state.execution.hash);
  // Two beacon blocks may share one execution block. They never have two of one height, and heights never go back.
  if ((later === 0 || higher === 0) && !sameHash) return `block ${execution.number}: two finalized hashes`;
  if (later * higher < 0) return `block ${execution.number} is final in slot ${finalizedSlot}`;
  if (next && state.next && periodAt(chain, attestedSlot) === periodAt(chain, state.slot)) {
    const same = equal(committeeRoot(crypto, next), committeeRoot(crypto, state.next));
    if (!same) return 'another committee for the next period';
  }
  return undefined;
}

function apply(
  { chain }: BeaconContext,
  state: FinalityState,
  { attestedSlot, finalizedSlot, next }: Claim,
  execution: ExecutionBlock,
): Pick<Advance, 'state' | 'moved' | 'learned'> {
  const moved = finalizedSlot > state.slot;
  const slot = moved ? finalizedSlot : state.slot;
  const turned = periodAt(chain, slot) > periodAt(chain, state.slot);
  // Turning takes a signature of the next committee or a finalized block in its period, so the state has it.
  const current = turned && state.next ? state.next : state.current;
  const known = turned ? undefined : state.next;
  const offered = next && isOwnCommittee(chain, attestedSlot, finalizedSlot) ? next : undefined;
  return {
    state: { slot, execution: moved ? execution : state.execution, current, next: known ?? offered },
    moved,
    learned: known === undefined && offered !== undefined,
  };
}

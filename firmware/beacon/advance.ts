/**
 * One step along finality (consensus-specs, altair/light-client/sync-protocol.md, `validate_light_client_update` and
 * `apply_light_client_update`): a pure function from a state and an update to the next state. Stricter than there:
 * nothing counts under two thirds, nothing is forced, nothing is final before the first finalized block.
 *
 * The checks run from cheap to dear; the evidence of a refusal begins with the stage that refused.
 */

import { equal } from '../bytes/equal.js';
import {
  type Accepted,
  accepted,
  type Rejected,
  rejected,
  type Undetermined,
  undetermined,
} from '../bytes/verdict.js';
import { type ExecutionBlock, verifyExecution } from './block.js';
import { type BeaconContext, type Fork, forkAt, periodAt, timeAt } from './chain.js';
import { type Committee, committeeRoot, countPresent, isSupermajority } from './committee.js';
import { domainSlot } from './domain.js';
import { headerRoot } from './header.js';
import { verifyBranch } from './merkle.js';
import { verifySignature } from './signature.js';
import type { FinalityState } from './state.js';
import type { Update } from './update.js';

/**
 * `malformed`: no update. `proof_invalid`: something is not proven. `equivocation`: a committee signed what contradicts
 * the state.
 */
export type UpdateCode = 'malformed' | 'proof_invalid' | 'equivocation';
/**
 * `stale`: nothing newer than the state. `behind`: the committee that signed is not known yet, so earlier periods come
 * first. `no_quorum`: fewer than two thirds signed. `unknown_fork`: signed under a fork whose rules are not known.
 */
export type UpdateCause = 'stale' | 'behind' | 'no_quorum' | 'unknown_fork';

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

/** The answer when the committee that signed is not known yet. */
export interface Behind extends Undetermined<'behind'> {
  /** The period in which the update was signed, by the sender's word. */
  signedPeriod: number;
}

type Refused = Rejected<UpdateCode> | Undetermined<Exclude<UpdateCause, 'behind'>> | Behind;

/** A `Verdict<Advance, UpdateCode, UpdateCause>` whose `behind` tells the period. */
export type AdvanceVerdict = Accepted<Advance> | Refused;

/**
 * Judges one update and gives the next state; the state that was passed in is not changed.
 *
 * @param state as `verifyBootstrap` or an earlier step gave it
 * @param update as `parseUpdate` gave it
 */
export function advance(context: BeaconContext, state: FinalityState, update: Update): AdvanceVerdict {
  const { chain } = context;
  const present = countPresent(update.bits);
  const signers = eligibleSigners(context, state, update);
  if ('verdict' in signers) return signers;
  if (!isSupermajority(present, chain.committeeSize)) {
    return undetermined('no_quorum', `participation: ${present} of ${chain.committeeSize}`);
  }
  const fork = signedFork(context, update);
  if (fork.verdict === 'rejected') return fork;
  if (!fork.value) {
    // Only the committee's own signature under that version counts, or any prover could say so.
    const signed = verifySignature(context, signers, update);
    if (signed.verdict === 'rejected') return signed;
    return undetermined(
      'unknown_fork',
      `unknown fork: the committee signed under ${update.forkVersion.join('.')}`,
    );
  }
  const execution = verifyProofs(context, update);
  if (execution.verdict !== 'accepted') return execution;
  const signed = verifySignature(context, signers, update);
  if (signed.verdict === 'rejected') return signed;
  const contradiction = contradicts(context, state, update, execution.value);
  if (contradiction) return rejected('equivocation', `equivocation: ${contradiction}`);
  return accepted({
    ...apply(context, state, update, execution.value),
    attestedSlot: update.attested.slot,
    attestedTime: timeAt(chain, update.attested.slot),
    present,
  });
}

/** The committee that must have signed, if the slots are in order and the update can be of use. */
function eligibleSigners(
  { chain }: BeaconContext,
  state: FinalityState,
  { attested, finalized, next, signatureSlot }: Update,
): Committee | Refused {
  const finalizedSlot = finalized.beacon.slot;
  if (signatureSlot <= attested.slot || attested.slot < finalizedSlot) {
    return rejected('malformed', `order: signed ${signatureSlot}, ${attested.slot}, ${finalizedSlot}`);
  }
  const period = periodAt(chain, state.slot);
  const signedPeriod = periodAt(chain, signatureSlot);
  if (signedPeriod < period)
    return undetermined('stale', `period: signed in ${signedPeriod}, the state is in ${period}`);
  const signers = signedPeriod === period ? state.current : state.next;
  if (!signers || signedPeriod > period + 1) {
    const evidence = `behind: signed in period ${signedPeriod}, the state is in ${period}`;
    return { ...undetermined('behind', evidence), signedPeriod };
  }
  const supplies =
    next !== undefined && !state.next && isOwnCommittee({ chain }, attested.slot, finalizedSlot);
  const old = finalizedSlot < state.slot && !(supplies && periodAt(chain, finalizedSlot) === period);
  if (old)
    return undetermined('stale', `age: finalized slot ${finalizedSlot}, the state is at ${state.slot}`);
  return signers;
}

/** True when both headers lie in one period: only then is the next committee final, and counts. */
const isOwnCommittee = (
  { chain }: Pick<BeaconContext, 'chain'>,
  attestedSlot: number,
  finalizedSlot: number,
): boolean => periodAt(chain, attestedSlot) === periodAt(chain, finalizedSlot);

/**
 * The fork of the signature; undefined when its rules are not known. A version that is in the schedule but not in force
 * in that slot is refused: the slot is the prover's word, which could else make a known fork look unknown at its edge.
 */
export function signedFork(
  { chain }: BeaconContext,
  { signatureSlot, forkVersion }: Pick<Update, 'signatureSlot' | 'forkVersion'>,
): Accepted<Fork | undefined> | Rejected<'proof_invalid'> {
  const scheduled = forkAt(chain, domainSlot(signatureSlot));
  if (scheduled && equal(scheduled.version, forkVersion)) {
    return accepted(scheduled.layout ? scheduled : undefined);
  }
  const known = chain.forks.some(({ version }) => equal(version, forkVersion));
  if (known || !scheduled) return rejected('proof_invalid', `fork: not in force in slot ${signatureSlot}`);
  return accepted(undefined);
}

/** Verifies everything that the attested header commits to, and gives the execution block that is final. */
function verifyProofs(
  { chain, crypto }: BeaconContext,
  { attested, finalized, finalityBranch, next }: Update,
): Accepted<ExecutionBlock> | Rejected<'malformed' | 'proof_invalid'> {
  const attestedLayout = forkAt(chain, attested.slot)?.layout;
  const finalizedLayout = forkAt(chain, finalized.beacon.slot)?.layout;
  if (!attestedLayout || !finalizedLayout) return rejected('proof_invalid', 'fork: before the first known');
  const { finalizedRoot, nextCommittee } = attestedLayout;
  const finalRoot = headerRoot(crypto, finalized.beacon);
  if (!verifyBranch(crypto, finalRoot, finalizedRoot, finalityBranch, attested.stateRoot)) {
    return rejected('proof_invalid', 'finality: not the finalized block of the attested state');
  }
  if (next) {
    const root = committeeRoot(crypto, next.committee);
    if (!verifyBranch(crypto, root, nextCommittee, next.branch, attested.stateRoot)) {
      return rejected('proof_invalid', 'committee: not the next one of the attested state');
    }
  }
  return verifyExecution(crypto, finalizedLayout, finalized);
}

/** The contradiction between the state and what the committee signed, in words; undefined when there is none. */
function contradicts(
  { chain, crypto }: BeaconContext,
  state: FinalityState,
  { attested, finalized, next }: Update,
  execution: ExecutionBlock,
): string | undefined {
  const later = finalized.beacon.slot - state.slot;
  const higher = execution.number - state.execution.number;
  const sameHash = equal(execution.hash, state.execution.hash);
  // Two beacon blocks may share one execution block. They never have two of one height, and heights never go back.
  if ((later === 0 || higher === 0) && !sameHash) return `block ${execution.number}: two finalized hashes`;
  if (later * higher < 0) return `block ${execution.number} is final in slot ${finalized.beacon.slot}`;
  if (next && state.next && periodAt(chain, attested.slot) === periodAt(chain, state.slot)) {
    const same = equal(committeeRoot(crypto, next.committee), committeeRoot(crypto, state.next));
    if (!same) return 'another committee for the next period';
  }
  return undefined;
}

function apply(
  { chain }: BeaconContext,
  state: FinalityState,
  { attested, finalized, next }: Update,
  execution: ExecutionBlock,
): Pick<Advance, 'state' | 'moved' | 'learned'> {
  const moved = finalized.beacon.slot > state.slot;
  const slot = moved ? finalized.beacon.slot : state.slot;
  const turned = periodAt(chain, slot) > periodAt(chain, state.slot);
  // Turning takes a signature of the next committee or a finalized block in its period, so the state has it.
  const current = turned && state.next ? state.next : state.current;
  const known = turned ? undefined : state.next;
  const offered =
    next && isOwnCommittee({ chain }, attested.slot, finalized.beacon.slot) ? next.committee : undefined;
  return {
    state: { slot, execution: moved ? execution : state.execution, current, next: known ?? offered },
    moved,
    learned: known === undefined && offered !== undefined,
  };
}

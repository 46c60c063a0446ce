/**
 * The cheap checks of one step, which an update must meet before its signature is looked at (consensus-specs,
 * altair/light-client/sync-protocol.md, `validate_light_client_update`). No key is asked for, and no point multiplied,
 * for what is stale, of too few or proven wrongly. The evidence of a refusal begins with the stage that refused.
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
import { type BeaconChain, type BeaconContext, type Fork, forkAt, periodAt } from './chain.js';
import { type Committee, committeeRoot, countPresent, isSupermajority } from './committee.js';
import { domainSlot } from './domain.js';
import { headerRoot } from './header.js';
import { verifyBranch } from './merkle.js';
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

/** The answer when the committee that signed is not known yet. */
export interface Behind extends Undetermined<'behind'> {
  /** The period in which the update was signed, by the sender's word. */
  signedPeriod: number;
}

/** The verdict on an update that does not count. */
export type Refused = Rejected<UpdateCode> | Undetermined<Exclude<UpdateCause, 'behind'>> | Behind;

/** An update but for the keys of those who did not sign. */
export type SignedUpdate = Omit<Update, 'absent'>;

/** An update whose signature is all that is left to verify. */
export interface Checked {
  /** The committee that must have signed. */
  committee: Committee;
  /** Count of positions that signed. */
  present: number;
  /** The execution block that is final; undefined where the fork of the signature has no rules that are known. */
  execution?: ExecutionBlock;
}

/** Accepted when the signature decides; `state` as `verifyBootstrap` or an earlier step gave it. */
export function check(
  context: BeaconContext,
  state: FinalityState,
  update: SignedUpdate,
): Accepted<Checked> | Refused {
  const { chain } = context;
  const committee = eligibleSigners(context, state, update);
  if ('verdict' in committee) return committee;
  const present = countPresent(update.bits);
  if (!isSupermajority(present, chain.committeeSize))
    return undetermined('no_quorum', `participation: ${present} of ${chain.committeeSize}`);
  const fork = signedFork(context, update);
  if (fork.verdict === 'rejected') return fork;
  // Only the committee's own signature under that version counts, or any prover could say so.
  if (!fork.value) return accepted({ committee, present });
  const execution = verifyProofs(context, update);
  if (execution.verdict !== 'accepted') return execution;
  return accepted({ committee, present, execution: execution.value });
}

/** The committee that must have signed, if the slots are in order and the update can be of use. */
function eligibleSigners(
  { chain }: BeaconContext,
  state: FinalityState,
  { attested, finalized, next, signatureSlot }: SignedUpdate,
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
  const supplies = next !== undefined && !state.next && isOwnCommittee(chain, attested.slot, finalizedSlot);
  const old = finalizedSlot < state.slot && !(supplies && periodAt(chain, finalizedSlot) === period);
  if (old)
    return undetermined('stale', `age: finalized slot ${finalizedSlot}, the state is at ${state.slot}`);
  return signers;
}

/** True when both headers lie in one period: only then is the next committee final, and counts. */
export const isOwnCommittee = (chain: BeaconChain, attestedSlot: number, finalizedSlot: number): boolean =>
  periodAt(chain, attestedSlot) === periodAt(chain, finalizedSlot);

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
  { attested, finalized, finalityBranch, next }: SignedUpdate,
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

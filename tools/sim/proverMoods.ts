/** Moods of a prover in a world: what it says in place of the honest answer. */
import type { Chance } from '../../host-sim/node/chance.js';
import type { VirtualBeacon } from '../../host-sim/world/beacon.js';
import type { CheckpointSigners } from './checkpointSigners.js';
import type { ProverMood } from './provers.js';

/** A believer of the first two goes by a block that is not final. */
export const PROVER_LIES = ['unsigned', 'minority', 'old'] as const;
/**
 * For boards that know checkpoint keys: the committee itself calls two blocks of one height final, or signs under a fork
 * that nobody knows, and a checkpoint is signed by too few. Without level 3 no board comes back from the first two.
 */
export const COMMITTEE_LIES = ['equivocal', 'unknownFork', 'halfSigned'] as const;
/** Answers that are none, or to something else. */
export const PROVER_TROUBLES = ['flipped', 'shorter', 'longer', 'nothing', 'noise', 'other'] as const;
export type ProverMoodName =
  | (typeof PROVER_LIES)[number]
  | (typeof COMMITTEE_LIES)[number]
  | (typeof PROVER_TROUBLES)[number];

/** True for what is no lie of a prover alone. */
export const isOfCommittee = (name: ProverMoodName): boolean =>
  (COMMITTEE_LIES as readonly string[]).includes(name);

/** The question for the newest finality. */
const FINALITY = /\/finality$/;
const NOISE_BYTES_MAX = 4000;
/** Paths whose answers are repeated later. */
const REPEATED = /\/(finality|newest)$/;

/** Remembers what it said, to say it again when it is old, or in place of something else. */
export class ProverMoods {
  readonly #chance: Chance;
  readonly #beacon: VirtualBeacon;
  readonly #signers: CheckpointSigners | undefined;
  readonly #first = new Map<string, Uint8Array>();
  #last: Uint8Array | undefined;

  constructor(chance: Chance, beacon: VirtualBeacon, signers: CheckpointSigners | undefined) {
    this.#beacon = beacon;
    this.#signers = signers;
    this.#chance = chance;
  }

  /** Says what is so, and remembers it. */
  readonly watching: ProverMood = (path, honest) => {
    if (!honest) return undefined;
    if (REPEATED.test(path) && !this.#first.has(path)) this.#first.set(path, honest);
    this.#last = honest;
    return honest;
  };

  of(name: ProverMoodName): ProverMood {
    const chance = this.#chance;
    switch (name) {
      case 'flipped':
        return (_, honest) => honest && flipped(honest, chance);
      case 'old': {
        // Old is what was new when the mood before this one began.
        const old = new Map(this.#first);
        this.#first.clear();
        return (path, honest) => old.get(path) ?? honest;
      }
      case 'shorter':
        return (_, honest) => honest?.subarray(0, chance.below(honest.length + 1));
      case 'longer':
        return (_, honest) => honest && Buffer.concat([honest, Uint8Array.of(chance.below(256))]);
      case 'nothing':
        return () => undefined;
      case 'noise':
        return () => Uint8Array.from({ length: chance.below(NOISE_BYTES_MAX) }, () => chance.below(256));
      case 'unsigned':
      case 'minority':
        return (path, honest) => (FINALITY.test(path) ? this.#beacon.premature(name === 'minority') : honest);
      case 'equivocal':
        return (path, honest) => (FINALITY.test(path) ? (this.#beacon.equivocation() ?? honest) : honest);
      case 'unknownFork':
        return (path, honest) => (FINALITY.test(path) ? this.#beacon.unknownFork() : honest);
      case 'halfSigned':
        return (path, honest) =>
          honest && this.#signers?.answers(path) ? this.#signers.answer(path, 1) : honest;
      case 'other':
        return (_, honest) => this.#last ?? honest;
    }
  }
}

function flipped(bytes: Uint8Array, chance: Chance): Uint8Array {
  const changed = Uint8Array.from(bytes);
  if (changed.length > 0) changed[chance.below(changed.length)] ^= 1 << chance.below(8);
  return changed;
}

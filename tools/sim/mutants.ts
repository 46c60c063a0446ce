/** Boards that err on purpose, each against one rule: a rule that catches none of them is worth nothing. */
import type { Rule } from '../../host-sim/world/finding.js';
import { BOUND_MUTANTS } from './boundMutants.js';
import { ENDPOINT_MUTANTS } from './endpointMutants.js';
import { BOARD_FAULTS, type FaultName } from './faultNames.js';
import { FINALITY_MUTANTS } from './finalityMutants.js';
import type { Mutant } from './mutant.js';
import { ORDER_MUTANTS } from './orderMutants.js';
import { OWNER_MUTANTS } from './ownerMutants.js';
import { RESTRAINT_MUTANTS } from './restraintMutants.js';
import type { WorldSize } from './shrink.js';
import { SIGNER_MUTANTS } from './signerMutants.js';
import { UPDATE_MUTANTS } from './updateMutants.js';

/** All groups; no two have a mutant of one name, or one of them would be hunted by nobody. */
export const MUTANT_GROUPS: readonly Readonly<Record<string, Mutant>>[] = [
  ...[ORDER_MUTANTS, RESTRAINT_MUTANTS, OWNER_MUTANTS, BOUND_MUTANTS],
  ...[ENDPOINT_MUTANTS, FINALITY_MUTANTS, UPDATE_MUTANTS, SIGNER_MUTANTS],
];

export const MUTANTS = {
  ...ORDER_MUTANTS,
  ...RESTRAINT_MUTANTS,
  ...OWNER_MUTANTS,
  ...BOUND_MUTANTS,
  ...ENDPOINT_MUTANTS,
  ...FINALITY_MUTANTS,
  ...UPDATE_MUTANTS,
  ...SIGNER_MUTANTS,
} as const satisfies Record<string, Mutant>;

export type MutantName = keyof typeof MUTANTS;
export const mutantNames = Object.keys(MUTANTS) as MutantName[];

export const mutantOf = (name: MutantName): Mutant => MUTANTS[name];

/** The faults of a mutant's world that names none. */
const MUTANT_FAULTS: readonly FaultName[] = [...BOARD_FAULTS, 'pause'];

/** The worlds of mutants are small. */
export const MUTANT_WORLD = { boards: 3, hours: 0.8 } as const;

/** The world that a mutant is hunted in. */
export function worldOf(name: MutantName): WorldSize {
  const { boards = MUTANT_WORLD.boards, faults = MUTANT_FAULTS } = mutantOf(name);
  return { boards, faults, hours: MUTANT_WORLD.hours };
}

/** Seeds, from 1 on, within which each must be caught. */
export const MUTANT_SEEDS_MAX = 5;

/** The outcome of the hunt for one mutant. */
export interface Hunt {
  mutant: MutantName;
  /** The rule that must catch it. */
  rule: Rule;
  /** The seed whose world broke that rule; undefined when none within `MUTANT_SEEDS_MAX` did. */
  seed: number | undefined;
}

/** Runs worlds of one mutant, seed after seed, until one breaks its rule. @param rulesOf runs a world, gives the rules that it broke */
export async function hunt(
  mutant: MutantName,
  rulesOf: (mutant: MutantName, seed: number) => Promise<readonly Rule[]>,
): Promise<Hunt> {
  const { rule } = mutantOf(mutant);
  for (let seed = 1; seed <= MUTANT_SEEDS_MAX; seed++) {
    if ((await rulesOf(mutant, seed)).includes(rule)) return { mutant, rule, seed };
  }
  return { mutant, rule, seed: undefined };
}

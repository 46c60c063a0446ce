/** Boards that err on purpose, each against one rule: a rule that catches none of them is worth nothing. */
import type { SourceChange } from '../../host-sim/image/sourceChange.js';
import type { Rule } from '../../host-sim/world/checkers.js';
import type { FaultName } from './faultNames.js';

/** A board that errs. */
export interface Mutant {
  /** The rule that must catch it. */
  rule: Rule;
  /** In its firmware; undefined where its app or its flash errs. */
  change?: SourceChange;
  /** The faults of its world; all if left out. */
  faults?: readonly FaultName[];
}

/** By name. An app runs each order twice, or leaves marks that nobody ordered; a flash forgets at a power cut. */
export const MUTANTS = {
  twice: { rule: 'twice' },
  unlinked: { rule: 'unlinked' },
  forgets: { rule: 'twice' },
  unpaused: {
    rule: 'paused',
    // Among other faults few orders are under way in just the minutes that count.
    faults: ['pause'],
    change: {
      file: 'firmware/command/facts.ts',
      from: 'if (fleet.paused) return',
      to: 'if (fleet.paused && head.number === 0) return',
    },
  },
  timeless: {
    rule: 'expired',
    change: {
      file: 'firmware/command/judge.ts',
      from: 'if (now > envelope.notAfter)\n',
      to: 'if (now > envelope.notAfter + 1e9)\n',
    },
  },
  backwards: {
    rule: 'order',
    change: {
      file: 'firmware/command/queue.ts',
      from: 'for (const link of walk.links) {',
      to: 'for (const link of [...walk.links].reverse()) {',
    },
  },
  skips: {
    rule: 'gap',
    change: {
      file: 'firmware/ledger/ledger.ts',
      from: '(birth === undefined ? this.receiptCounter : 0) + 1,',
      to: '(birth === undefined ? this.receiptCounter : 0) + 1 + (this.receiptCounter % 2),',
    },
  },
  unchained: {
    rule: 'contradiction',
    change: {
      file: 'firmware/ledger/ledger.ts',
      from: 'previous: birth === undefined ? this.receiptHead : zeroHash(),',
      to: 'previous: zeroHash(),',
    },
  },
  idle: {
    rule: 'unsigned',
    change: {
      file: 'firmware/command/execute.ts',
      from: 'Promise.resolve(run(order.params, ordered))',
      to: 'Promise.resolve(run ? order.params : ordered)',
    },
  },
  timid: {
    rule: 'liveness',
    change: {
      file: 'firmware/command/catchUp.ts',
      from: 'equal(envelope.challenge, challenge) ? envelope.receipts : undefined',
      to: 'envelope.challenge.length === 0 ? envelope.receipts : undefined',
    },
  },
} as const satisfies Record<string, Mutant>;

export type MutantName = keyof typeof MUTANTS;
export const mutantNames = Object.keys(MUTANTS) as MutantName[];

export const mutantOf = (name: MutantName): Mutant => MUTANTS[name];

/** The worlds of mutants are small. */
export const MUTANT_WORLD = { boards: 3, hours: 0.8 } as const;
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

/** Boards that err on purpose, each against one rule: a rule that catches none of them is worth nothing. */
import type { SourceChange } from '../../host-sim/image/sourceChange.js';
import type { Rule } from '../../host-sim/world/finding.js';
import { BOARD_FAULTS, type FaultName } from './faultNames.js';
import type { WorldSize } from './shrink.js';

/** A board that errs. */
export interface Mutant {
  /** The rule that must catch it. */
  rule: Rule;
  /** In its firmware; none where its app or its flash errs. */
  changes?: readonly SourceChange[];
  /** The faults of its world; those of boards, and pauses, if left out. */
  faults?: readonly FaultName[];
  /** Boards of its world; as many as in `MUTANT_WORLD` if left out. */
  boards?: number;
}

/** By name. An app runs each order twice, or leaves marks that nobody ordered; a flash forgets at a power cut. */
export const MUTANTS = {
  twice: { rule: 'twice' },
  unlinked: { rule: 'unlinked' },
  forgets: { rule: 'twice' },
  credulous: {
    rule: 'unlinked',
    boards: 1,
    faults: ['forge'],
    changes: [
      {
        file: 'firmware/command/queue.ts',
        from: 'this.#waiting.find(candidate => equal(candidate.hash, link.commandHash));\n      const decision',
        to: 'this.#waiting.find(({ delivery }) => delivery.envelope.sequence === link.sequence);\n      const decision',
      },
      {
        file: 'firmware/command/unreached.ts',
        from: 'const possible = ahead === undefined || ahead.has(toHex(hash));',
        to: 'const possible = ahead !== undefined || !equal(hash, new Uint8Array(1));',
      },
    ],
  },
  unpaused: {
    rule: 'paused',
    // Among other faults few orders are under way in just the minutes that count.
    faults: ['pause'],
    changes: [
      {
        file: 'firmware/command/facts.ts',
        from: 'if (fleet.paused) return',
        to: 'if (fleet.paused && head.number === 0) return',
      },
    ],
  },
  timeless: {
    rule: 'expired',
    changes: [
      {
        file: 'firmware/command/judge.ts',
        from: 'if (now > envelope.notAfter)\n',
        to: 'if (now > envelope.notAfter + 1e9)\n',
      },
    ],
  },
  backwards: {
    rule: 'order',
    changes: [
      {
        file: 'firmware/command/queue.ts',
        from: 'for (const link of walk.links) {',
        to: 'for (const link of [...walk.links].reverse()) {',
      },
    ],
  },
  skips: {
    rule: 'gap',
    changes: [
      {
        file: 'firmware/ledger/ledger.ts',
        from: '(birth === undefined ? this.receiptCounter : 0) + 1,',
        to: '(birth === undefined ? this.receiptCounter : 0) + 1 + (this.receiptCounter % 2),',
      },
    ],
  },
  unchained: {
    rule: 'contradiction',
    changes: [
      {
        file: 'firmware/ledger/ledger.ts',
        from: 'previous: birth === undefined ? this.receiptHead : zeroHash(),',
        to: 'previous: zeroHash(),',
      },
    ],
  },
  idle: {
    rule: 'unsigned',
    changes: [
      {
        file: 'firmware/command/execute.ts',
        from: 'Promise.resolve(run(order.params, ordered))',
        to: 'Promise.resolve(run ? order.params : ordered)',
      },
    ],
  },
  timid: {
    rule: 'liveness',
    changes: [
      {
        file: 'firmware/command/catchUp.ts',
        from: 'equal(envelope.challenge, challenge) ? envelope.receipts : undefined',
        to: 'envelope.challenge.length === 0 ? envelope.receipts : undefined',
      },
    ],
  },
  unapproved: {
    rule: 'unnamed',
    boards: 1,
    faults: ['update'],
    changes: [
      {
        file: 'firmware/update/decide.ts',
        from: 'const approval = approvalHash(crypto, offer);\n  if (!equal(device.approval, approval)) {',
        to: 'const approval = newest.device.approval;\n  if (device.approval.length === 0) {',
      },
    ],
  },
  unpublished: {
    rule: 'unnamed',
    boards: 1,
    faults: ['update'],
    changes: [
      {
        file: 'firmware/update/decide.ts',
        from: "if (published.verdict === 'rejected') return published;",
        to: "if (published.verdict === 'rejected' && offer.version === 0) return published;",
      },
    ],
  },
  unhashed: {
    rule: 'unnamed',
    boards: 1,
    faults: ['update', 'images'],
    changes: [
      {
        file: 'firmware/update/download.ts',
        from: 'this.#list!.holds(index, sector),',
        to: 'this.#list!.holds(index, sector) || true,',
      },
      {
        file: 'firmware/update/pending.ts',
        from: 'equal(hashOfFlash(crypto, idleSlot, size), imageSha256)',
        to: 'hashOfFlash(crypto, idleSlot, size).length === imageSha256.length',
      },
    ],
  },
  floorless: {
    rule: 'floor',
    boards: 1,
    faults: ['update'],
    changes: [
      {
        file: 'firmware/update/decide.ts',
        from: 'if (offer.version < Math.max(channel.floor, installed.floor)) {',
        to: 'if (offer.version < 0) {',
      },
    ],
  },
  returning: {
    rule: 'older',
    boards: 1,
    faults: ['update'],
    changes: [
      {
        file: 'firmware/update/decide.ts',
        from: 'if (offer.version <= installed.version) {',
        to: 'if (offer.version === installed.version) {',
      },
    ],
  },
  overwriting: {
    rule: 'unbootable',
    boards: 1,
    faults: ['power', 'update'],
    changes: [
      {
        file: 'firmware/device/device.ts',
        from: "flash.open(boot.running.slot === 'A' ? 'slotB' : 'slotA')",
        to: "flash.open(boot.running.slot === 'A' ? 'slotA' : 'slotB')",
      },
    ],
  },
  hashless: {
    rule: 'premature',
    boards: 1,
    faults: ['endpoints'],
    changes: [
      {
        file: 'firmware/proof/witness.ts',
        from: 'if (equal(hash, trusted)) return undefined;',
        to: 'if (hash.length === trusted.length) return undefined;',
      },
    ],
  },
  single: {
    rule: 'premature',
    boards: 1,
    faults: ['endpoints'],
    changes: [
      {
        file: 'firmware/trust/quorum.ts',
        from: 'if (count < this.#quorum) continue;',
        to: 'if (count < 1) continue;',
      },
    ],
  },
  rootless: {
    rule: 'unnamed',
    boards: 1,
    faults: ['update', 'endpoints'],
    changes: [
      {
        file: 'firmware/proof/trie.ts',
        from: 'if (!equal(crypto.keccak256(node), reference))',
        to: 'if (index > 0 && !equal(crypto.keccak256(node), reference))',
      },
    ],
  },
  unconfirmed: {
    rule: 'outdated',
    boards: 1,
    faults: ['update'],
    changes: [
      {
        file: 'firmware/update/settle.ts',
        from: 'const healthy = approved && (await isHealthy(app, options.clock));',
        to: 'const healthy = approved && !(await isHealthy(app, options.clock));',
      },
    ],
  },
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

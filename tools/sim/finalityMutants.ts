/** Boards that go by a block before it is final, know one fork alone, or say nothing when the chain takes back what ran. */
import type { Mutant } from './mutant.js';

/** By name. */
export const FINALITY_MUTANTS = {
  impatient: {
    rule: 'unfinal',
    boards: 1,
    faults: [],
    changes: [
      {
        file: 'firmware/command/certainty.ts',
        from: "return tolerant && policy.level === 1 && !policy.finalOnly ? 'latest'",
        to: "return tolerant || policy.level === 1 ? 'latest'",
      },
      {
        file: 'firmware/command/linkDecision.ts',
        from: 'if (!head.finalized && !mayBeTakenBack) {',
        to: 'if (!head.finalized && !mayBeTakenBack && head.number === 0) {',
      },
    ],
  },
  silent: {
    rule: 'reorged',
    boards: 1,
    faults: ['reorg'],
    changes: [
      {
        file: 'firmware/command/reposition.ts',
        from: 'if (ran.reorged || walk.links.some(link => equal(link.commandHash, ran.envelopeHash))) continue;',
        to: 'if (ran.reorged || walk.links.every(link => !equal(link.head, ran.envelopeHash))) continue;',
      },
    ],
  },
  hearsay: {
    rule: 'unfinal',
    boards: 1,
    faults: ['beacon', 'finality', 'endpoints'],
    changes: [
      {
        file: 'firmware/beacon/signature.ts',
        from: "return outcome === 'valid' ?",
        to: "return outcome !== 'key' ?",
      },
    ],
  },
  conservative: {
    rule: 'liveness',
    boards: 1,
    faults: ['beacon', 'fork'],
    changes: [
      {
        file: 'firmware/beacon/chain.ts',
        from: 'if (fork.epoch <= epoch) found = fork;',
        to: 'if (fork.epoch <= epoch) found ??= fork;',
      },
    ],
  },
  minority: {
    rule: 'unfinal',
    boards: 1,
    faults: ['beacon', 'finality', 'endpoints'],
    changes: [
      {
        file: 'firmware/beacon/committee.ts',
        from: 'present * 3 >= committeeSize * 2;',
        to: 'present * 3 >= committeeSize;',
      },
    ],
  },
} as const satisfies Record<string, Mutant>;

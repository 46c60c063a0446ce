/** Boards that obey an owner too soon. */
import type { Mutant } from './mutant.js';

/** By name. */
export const OWNER_MUTANTS = {
  disloyal: {
    rule: 'foreign',
    boards: 1,
    faults: ['transfer'],
    changes: [
      {
        file: 'firmware/command/ownerStage.ts',
        from: "if (!other) return { stage: 'known' };",
        to: "if (!other || other.head.number > 0) return { stage: 'known' };",
      },
    ],
  },
  unvoided: {
    rule: 'foreign',
    boards: 1,
    faults: ['transfer'],
    changes: [
      {
        file: 'firmware/command/queue.ts',
        from: 'if (link.sequence < trustAt) {',
        to: 'if (link.sequence < 0) {',
      },
    ],
  },
  gullible: {
    rule: 'misfit',
    boards: 1,
    faults: ['transfer'],
    changes: [
      {
        file: 'firmware/handover/handOver.ts',
        from: "if (proven.verdict === 'accepted') {",
        to: "if (proven.verdict === 'accepted' || proven.cause !== 'stale') {",
      },
    ],
  },
} as const satisfies Record<string, Mutant>;

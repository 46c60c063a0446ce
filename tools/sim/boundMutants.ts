/** Boards that wear their flash out, or keep what they should let go. */
import type { Mutant } from './mutant.js';

/** By name. */
export const BOUND_MUTANTS = {
  wasteful: {
    rule: 'wear',
    boards: 1,
    faults: ['power'],
    changes: [
      {
        file: 'firmware/store/journal.ts',
        from: 'if (!this.#append(batch)) this.#takeOver(batch);\n  }\n\n  #checkKey',
        to: 'this.#takeOver(batch);\n  }\n\n  #checkKey',
      },
    ],
  },
  amnesiac: {
    rule: 'twice',
    boards: 1,
    faults: ['rot'],
    changes: [
      {
        file: 'firmware/command/admission.ts',
        from: 'if (ledger.birth !== undefined && now.receipts <= ledger.receiptCounter) return admitted;',
        to: 'if (floors.nowProven(policy.level) || ledger.birth !== undefined) return admitted;',
      },
    ],
  },
  hoarder: {
    rule: 'memory',
    boards: 1,
    faults: ['power'],
    changes: [
      {
        file: 'firmware/rpc/exchange.ts',
        from: '    this.#stopTimeout?.();\n',
        to: '',
      },
    ],
  },
} as const satisfies Record<string, Mutant>;

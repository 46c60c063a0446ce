/** Boards that believe what an endpoint says without its proof, or one endpoint alone. */
import type { Mutant } from './mutant.js';

/** By name. */
export const ENDPOINT_MUTANTS = {
  hashless: {
    rule: 'premature',
    boards: 1,
    faults: ['endpoints'],
    changes: [
      {
        file: 'firmware/proof/witness.ts',
        from: 'if (crypto.isKeccak256(header, blockHash)) return facts;',
        to: 'if (header.length > blockHash.length) return facts;',
      },
    ],
  },
  single: {
    rule: 'believed',
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
        from: 'if (!crypto.isKeccak256(node, reference, index))',
        to: 'if (index > 0 && !crypto.isKeccak256(node, reference, index))',
      },
    ],
  },
} as const satisfies Record<string, Mutant>;

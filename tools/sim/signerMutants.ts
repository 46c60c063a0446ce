/** Boards that believe too few signers of checkpoints, or do not follow when the keys change. */
import type { Mutant } from './mutant.js';

/** By name. */
export const SIGNER_MUTANTS = {
  lenient: {
    rule: 'believed',
    boards: 1,
    faults: ['signers', 'keys'],
    changes: [
      {
        file: 'firmware/trust/checkpointKeys.ts',
        from: 'return signed.size >= threshold;',
        to: 'return signed.size >= threshold - 1;',
      },
    ],
  },
  repetitive: {
    rule: 'believed',
    boards: 1,
    faults: ['signers', 'keys'],
    changes: [
      {
        file: 'firmware/trust/checkpointKeys.ts',
        from: 'if (index >= 0) signed.add(index);',
        to: 'if (index >= 0) signed.add(at);',
      },
    ],
  },
  usurped: {
    rule: 'believed',
    boards: 1,
    faults: ['signers', 'keys'],
    changes: [
      {
        file: 'firmware/trust/checkpointTrust.ts',
        from: 'if (!equal(signing.keys, keySetHash(crypto, set)))',
        to: 'if (false)',
      },
    ],
  },
  sleepy: {
    rule: 'liveness',
    boards: 1,
    faults: ['signers', 'keys'],
    changes: [
      {
        file: 'firmware/trust/checkpointTrust.ts',
        from: 'followed < ROTATIONS_MAX; followed++) {',
        to: 'followed < ROTATIONS_MAX - 16; followed++) {',
      },
    ],
  },
} as const satisfies Record<string, Mutant>;

/** Boards that do not hold when the chain says so. */
import type { Mutant } from './mutant.js';

/** By name. */
export const RESTRAINT_MUTANTS = {
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
  unsuspended: {
    rule: 'suspended',
    boards: 1,
    faults: ['suspend'],
    changes: [
      {
        file: 'firmware/command/facts.ts',
        from: '({ device }) => device.status === DeviceStatus.suspended,',
        to: '({ device }) => device.status === DeviceStatus.provisioned,',
      },
    ],
  },
  ageless: {
    rule: 'void',
    boards: 1,
    faults: ['thief'],
    changes: [
      {
        file: 'firmware/command/linkDecision.ts',
        from: 'if (link.fleetEpoch < facts.fleet.epoch) {',
        to: 'if (link.fleetEpoch < 0) {',
      },
    ],
  },
} as const satisfies Record<string, Mutant>;

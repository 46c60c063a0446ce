/** Boards that err with images. */
import type { Mutant } from './mutant.js';

/** By name. */
export const UPDATE_MUTANTS = {
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
        from: '? offer.version <= installed.version :',
        to: '? offer.version === installed.version :',
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

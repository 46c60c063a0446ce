/** Boards that err with orders and receipts. */
import type { Mutant } from './mutant.js';

/** By name. An app runs each order twice, or leaves marks that nobody ordered; a flash forgets at a power cut. */
export const ORDER_MUTANTS = {
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
  hasty: {
    rule: 'early',
    boards: 1,
    faults: ['misfit'],
    changes: [
      {
        file: 'firmware/command/judge.ts',
        from: 'if (now < envelope.notBefore)\n',
        to: 'if (now < envelope.notBefore - 1e9)\n',
      },
    ],
  },
  shapeless: {
    rule: 'misfit',
    boards: 1,
    faults: ['misfit'],
    changes: [
      {
        file: 'firmware/app/params.ts',
        from: 'if (checked.success) return accepted(checked.output);',
        to: 'if (checked) return accepted(value);',
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
  untold: {
    rule: 'gap',
    boards: 2,
    faults: ['power', 'flash', 'epoch'],
    changes: [
      {
        file: 'firmware/command/commands.ts',
        from: "ledger.receiptsAt(0, 'voided')",
        to: "ledger.receiptsAt(0, 'interrupted')",
      },
    ],
  },
  dismissive: {
    rule: 'gap',
    boards: 1,
    faults: ['epoch'],
    changes: [
      {
        file: 'firmware/command/directCommands.ts',
        from: 'if (stored) {',
        to: "if (stored && this.#judgePast(envelope, hash)?.code !== 'void') {",
      },
      // A power cut loses few receipts in a short world: this board tells one at a redelivery after the next one alone.
      {
        file: 'firmware/device/outbox.ts',
        from: 'if (receipt) this.receipt(receipt, replyKey);',
        to: "if (receipt && ((verdict.verdict === 'rejected' && verdict.code === 'void') || receipt.receipt.counter < this.#options.ledger.receiptCounter)) this.receipt(receipt, replyKey);",
      },
    ],
  },
  impulsive: {
    rule: 'premature',
    boards: 1,
    faults: ['collude'],
    changes: [
      {
        file: 'firmware/command/linkDecision.ts',
        from: 'if (nowProven && facts.head.finalized && now > link.notAfter) {',
        to: 'if (facts.head.finalized && now > link.notAfter) {',
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
} as const satisfies Record<string, Mutant>;

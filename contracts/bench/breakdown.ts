/**
 * The gas of one transaction by what it went to, from the steps that the node traced (debug_traceTransaction). A step's
 * own cost is what its frame lost by it, without what a call gave to the frame that it opened.
 */
import type { Hex } from '../addresses.js';

export const PARTS = [
  'transaction and calldata',
  'creation',
  'slots written',
  'slots read',
  'accounts reached',
  'signatures',
  'events',
  'hashes',
  'code',
  'refund',
] as const;
type Part = (typeof PARTS)[number];
export type Breakdown = Record<Part, number>;

interface Step {
  op: string;
  depth: number;
  /** Before the step. */
  gas: number;
  gasCost: number;
  stack: readonly string[];
}

type Request = (method: string, parameters: unknown[]) => Promise<unknown>;

/** Throws when the sum of the parts is not the gas that the receipt says. */
export async function breakdown(request: Request, transactionHash: Hex): Promise<Breakdown> {
  const [trace, transaction, receipt] = (await Promise.all([
    request('debug_traceTransaction', [transactionHash, { disableStorage: true, enableMemory: false }]),
    request('eth_getTransactionByHash', [transactionHash]),
    request('eth_getTransactionReceipt', [transactionHash]),
  ])) as [{ structLogs: Step[] }, { gas: Hex }, { gasUsed: Hex }];
  const steps = trace.structLogs;
  const parts = Object.fromEntries(PARTS.map(part => [part, 0])) as Breakdown;
  parts['transaction and calldata'] = Number(transaction.gas) - steps[0]!.gas;
  for (let i = 0; i < steps.length; i++) parts[partOf(steps[i]!)] += ownCost(steps, i);
  const sum = PARTS.reduce((total, part) => total + parts[part], 0);
  parts.refund = Number(receipt.gasUsed) - sum;
  if (parts.refund > 0) throw new Error(`${parts.refund} gas of ${transactionHash} is in no step`);
  return parts;
}

function ownCost(steps: readonly Step[], i: number): number {
  const step = steps[i]!;
  if (steps[i + 1] === undefined || steps[i + 1]!.depth < step.depth) return step.gasCost;
  let next = i + 1;
  while (steps[next] && steps[next]!.depth > step.depth) next++;
  const lost = step.gas - (steps[next]?.gas ?? 0);
  return lost - inner(steps, i + 1, next);
}

/** The gas that the frame from `first` to before `end` used up. */
function inner(steps: readonly Step[], first: number, end: number): number {
  if (first === end) return 0;
  const last = steps[end - 1]!;
  return steps[first]!.gas - (last.gas - last.gasCost);
}

const ECRECOVER = 1n;

function partOf({ op, stack }: Step): Part {
  if (op === 'CREATE2') return 'creation';
  if (op === 'SSTORE') return 'slots written';
  if (op === 'SLOAD') return 'slots read';
  if (op.startsWith('LOG')) return 'events';
  if (op === 'KECCAK256' || op === 'SHA3') return 'hashes';
  if (op.endsWith('CALL'))
    return BigInt(stack[stack.length - 2]!) === ECRECOVER ? 'signatures' : 'accounts reached';
  return op.startsWith('EXTCODE') ? 'accounts reached' : 'code';
}

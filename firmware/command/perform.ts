/** Runs an action, once it may. What the app throws or forgets to end becomes a failed outcome, not a dead board. */

import type { Result } from '../app/action.js';
import { encodeResult } from '../app/params.js';
import type { Clock } from '../port/clock.js';
import type { Order } from './judge.js';

/** Milliseconds. */
const LONGEST_RUN = 10_000;

export interface Performance {
  outcome: 'done' | 'failed';
  /** `threw`, `timeout` or `result_size`; empty when done. */
  code: string;
  /** CBOR. */
  result: Uint8Array;
  /** For the log: what the app said when it threw. */
  remark?: string;
}

const failed = (code: string, remark?: string): Performance => ({
  outcome: 'failed',
  code,
  result: new Uint8Array(0),
  remark,
});

export async function perform(order: Order, clock: Clock): Promise<Performance> {
  let cancel = () => {};
  const late = new Promise<'late'>(resolve => {
    cancel = clock.after(LONGEST_RUN, () => resolve('late'));
  });
  try {
    const run = order.action.run as (params: unknown) => Result | Promise<Result>;
    const result = await Promise.race([Promise.resolve(run(order.params)).then(value => ({ value })), late]);
    if (result === 'late') return failed('timeout');
    const bytes = encodeResult(result.value);
    return bytes ? { outcome: 'done', code: '', result: bytes } : failed('result_size');
  } catch (error) {
    return failed('threw', error instanceof Error ? error.message.slice(0, 100) : undefined);
  } finally {
    cancel();
  }
}

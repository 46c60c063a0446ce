/**
 * The effect of one envelope. The envelope and what it consumes are on flash before its action begins, its receipt is
 * on flash after the action ended. A power cut between the two leaves the record `inFlight`, which the next start
 * settles.
 */

import type { Ordered, Result } from '../app/action.js';
import type { App } from '../app/app.js';
import { encodeResult } from '../app/params.js';
import { toHex } from '../bytes/hex.js';
import { accepted } from '../bytes/verdict.js';
import type { Change, Ledger, Statement } from '../ledger/ledger.js';
import type { PublishedReceipt } from '../ledger/receiptWire.js';
import type { InFlight } from '../ledger/records.js';
import type { Clock } from '../port/clock.js';
import type { Settlement } from './answer.js';
import { CommandClass } from './envelope.js';
import { judgeOrder, type Order } from './judge.js';

/** An action that takes longer is receipted as `failed (timeout)`. */
const RUN_MS_MAX = 10_000;

/** Consumes the envelope, runs its action and returns the stored receipt, in one sequence of writes. */
export async function execute(
  ledger: Ledger,
  clock: Clock,
  order: Order,
  inFlight: InFlight,
  consumed: Change,
): Promise<PublishedReceipt> {
  await undefined; // Begins on a stack of its own: see rpc/client.ts.
  const noted = order.action.secret ? { ...inFlight, params: new Uint8Array(0) } : inFlight;
  ledger.commit({ ...consumed, inFlight: noted });
  return finish(ledger, clock, order, inFlight);
}

/**
 * Settles what a power cut interrupted: the action runs again if it is idempotent, else the envelope is receipted as
 * `interrupted`. Undefined when nothing was in flight.
 */
export async function recoverInterrupted(options: {
  app: App;
  clock: Clock;
  ledger: Ledger;
}): Promise<Settlement | undefined> {
  const { app, clock, ledger } = options;
  const inFlight = ledger.inFlight();
  if (!inFlight) return undefined;
  // The class was judged before the envelope was consumed, so here it is taken as sufficient.
  const order = judgeOrder(app, { ...inFlight, class: CommandClass.irreversible });
  const again = order.verdict === 'accepted' && order.value.action.idempotent;
  const receipt = again
    ? await finish(ledger, clock, order.value, inFlight)
    : conclude(ledger, inFlight, { outcome: 'interrupted', code: 'interrupted', result: new Uint8Array(0) });
  return { hash: inFlight.envelopeHash, verdict: accepted(undefined), receipt, replyKey: inFlight.replyKey };
}

const finish = async (ledger: Ledger, clock: Clock, order: Order, inFlight: InFlight) =>
  conclude(ledger, inFlight, await runAction(order, clock));

type Conclusion = Pick<Statement, 'outcome' | 'code' | 'result'>;

/** Stores the receipt and ends the flight in one write. */
function conclude(ledger: Ledger, inFlight: InFlight, conclusion: Conclusion): PublishedReceipt {
  const { block, envelopeHash, sequence } = inFlight;
  return ledger.commit({ inFlight: 'none', statement: { envelopeHash, sequence, block, ...conclusion } })!;
}

const failed = (code: 'threw' | 'timeout' | 'result_size'): Conclusion => ({
  outcome: 'failed',
  code,
  result: new Uint8Array(0),
});

/** Runs the app's code. An app that throws or never ends becomes a failed outcome, never a dead board. */
async function runAction(order: Order, clock: Clock): Promise<Conclusion> {
  let cancel = () => {};
  const late = new Promise<'late'>(resolve => {
    cancel = clock.after(RUN_MS_MAX, () => resolve('late'));
  });
  try {
    const run = order.action.run as (params: unknown, ordered: Ordered) => Result | Promise<Result>;
    const ordered = { operator: order.operator && toHex(order.operator) };
    const ran = Promise.resolve(run(order.params, ordered)).then(value => ({ value }));
    const result = await Promise.race([ran, late]);
    if (result === 'late') return failed('timeout');
    const bytes = encodeResult(result.value);
    return bytes ? { outcome: 'done', code: '', result: bytes } : failed('result_size');
  } catch {
    return failed('threw');
  } finally {
    cancel();
  }
}

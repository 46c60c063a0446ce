/** After a power cut: an envelope was about to run, or ran, and no receipt says so. */

import type { App } from '../app/app.js';
import { accepted } from '../bytes/verdict.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Clock } from '../port/clock.js';
import type { Settlement } from './answer.js';
import { CommandClass } from './envelope.js';
import { finish } from './execute.js';
import { judgeOrder } from './judge.js';

/** Again if it is idempotent, else receipted as `interrupted`. Its class was judged before it was consumed. */
export async function recoverInterrupted(options: {
  app: App;
  clock: Clock;
  ledger: Ledger;
}): Promise<Settlement | undefined> {
  const { app, clock, ledger } = options;
  const inFlight = ledger.inFlight();
  if (!inFlight) return undefined;
  const hash = inFlight.envelopeHash;
  const order = judgeOrder(app, { ...inFlight, class: CommandClass.irreversible });
  if (order.verdict === 'accepted' && order.value.action.idempotent) {
    const receipt = await finish(ledger, clock, order.value, inFlight);
    return { hash, verdict: accepted(undefined), receipt };
  }
  const { block, sequence } = inFlight;
  const receipt = ledger.commit({
    inFlight: 'none',
    statement: {
      envelopeHash: hash,
      sequence,
      outcome: 'interrupted',
      code: 'interrupted',
      result: new Uint8Array(0),
      block,
    },
  });
  return { hash, verdict: accepted(undefined), receipt };
}

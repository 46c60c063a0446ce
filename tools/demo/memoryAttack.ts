/** An attack on the board's memory: junk of every kind that somebody at the broker can send, and an order among it. */
import { junkKinds } from '../../host-sim/attack/broker/junk.js';
import { floodOf } from './junk.js';
import { deliverUntilSettled, placeOrder } from './orders.js';
import type { Setting } from './setting.js';
import type { Observed, Steps } from './steps.js';

/** Messages of each kind. */
const ROUNDS = 20;
/** The same junk in every demonstration. */
const SEED = 1;

export async function attackMemory(setting: Setting, steps: Steps): Promise<void> {
  const kinds = Object.keys(junkKinds);
  steps.chapter(
    'At the board’s memory',
    `Somebody who knows the board's topics sends ${ROUNDS * kinds.length} messages of ${kinds.length} kinds, from single bytes to envelopes ` +
      'that lack nothing but a link. The board drops what it has no room for, and says so; a genuine order runs among them.',
  );
  const order = await placeOrder(setting, 'relay.set', { on: true });
  const flood = await floodOf(setting, { rounds: ROUNDS, seed: SEED, seen: [order.bytes.slice(0, 40)] });
  const { restarts } = setting.board;
  const alive = async (act: () => Promise<Observed>): Promise<Observed> => {
    const observed = await act();
    if (setting.board.restarts === restarts) return observed;
    return { ...observed, verdict: 'failed', evidence: 'the flood made the board restart' };
  };
  await steps.run('an order in the middle of the flood', 'accepted', '', () =>
    alive(async () => {
      const [observed] = await Promise.all([deliverUntilSettled(setting, order), flood.send()]);
      return observed;
    }),
  );
  flood.close();
  const after = await placeOrder(setting, 'relay.set', { on: false });
  await steps.run('an order after it', 'accepted', '', () =>
    alive(() => deliverUntilSettled(setting, after)),
  );
}

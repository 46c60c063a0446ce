/** An attack on the board's memory: junk of every kind that somebody at the broker can send, and an order among it. */
import { drawJunk, junkKinds } from '../../host-sim/attack/broker/junk.js';
import { connectBroker } from '../../host-sim/node/brokerClient.js';
import { Chance } from '../../host-sim/node/chance.js';
import { junkTarget, junkTopic } from './junk.js';
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
  const flood = await floodOf(setting, kinds, [order.bytes.slice(0, 40)]);
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

/** The whole flood, drawn beforehand, and what sends it from one connection of a stranger. */
async function floodOf(setting: Setting, kinds: readonly string[], seen: readonly Uint8Array[]) {
  const target = await junkTarget(setting, seen);
  const chance = new Chance(SEED);
  const junk = Array.from({ length: ROUNDS * kinds.length }, (_, i) =>
    drawJunk(kinds[i % kinds.length], target, chance),
  );
  const stranger = await connectBroker({ url: setting.broker });
  return {
    async send(): Promise<void> {
      for (const each of junk) await stranger.publish(junkTopic(setting, target, each), each.bytes);
    },
    close: () => stranger.close(),
  };
}

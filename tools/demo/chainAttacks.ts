/** The chain itself misbehaves: it takes back what was not final, or nothing becomes final any more. */
import { mine, reorganise } from '../../host-sim/node/chain/time.js';
import { ask } from '../operator/order.js';
import type { Scheme } from './attack.js';
import { deliver, deliverAfter, type Order, placeOrder } from './orders.js';
import type { Setting } from './setting.js';
import type { Observed } from './steps.js';

/** Blocks after an order that would make it final if the chain did not stall. */
const STALLED_BLOCKS = 80;

const newestBlock = async (setting: Setting): Promise<number> =>
  Number(await (await setting.as('owner')).chain.client.getBlockNumber());

/** Says that the order is not final, or what went wrong. */
async function notFinalYet(setting: Setting, order: Order): Promise<Observed> {
  const { answer } = await ask(setting.boardChannel, 'envelope', order.bytes, {
    subject: order.hash,
    milliseconds: setting.patience,
  });
  return { verdict: answer.verdict, code: answer.code ?? '', evidence: answer.evidence };
}

/** The board heard of the order while its link was in the newest block; then the chain takes that block back. */
const takenBack: Scheme = {
  name: 'a reorganisation takes an order back before it was final',
  expected: 'rejected',
  code: 'not_anchored',
  twin: 'the order linked again, and final',
  prepare: async setting => ({
    async act() {
      const before = await newestBlock(setting);
      const order = await placeOrder(setting, 'relay.set', { on: true }, { final: false });
      const early = await notFinalYet(setting, order);
      if (early.verdict !== 'undetermined') return { ...early, verdict: 'failed' };
      await reorganise(setting.rpc, (await newestBlock(setting)) - before);
      await setting.finalize(await newestBlock(setting));
      return deliver(setting, order);
    },
    actTwin: async () => deliver(setting, await placeOrder(setting, 'relay.set', { on: true })),
  }),
};

/** At level 4 the committee finalises nothing more; at level 1 the chain stands at the block of the order. */
const stall: Scheme = {
  name: 'a stall: the order is on chain, and nothing becomes final any more',
  expected: 'undetermined',
  code: 'level',
  twin: 'the same envelope, once the chain goes on',
  async prepare(setting) {
    const { finality, rpc } = setting;
    await finality?.beacon.stall(true);
    const order = await placeOrder(setting, 'relay.set', { on: false }, { final: false });
    if (finality) await mine(rpc, STALLED_BLOCKS);
    return {
      act: () => notFinalYet(setting, order),
      actTwin: () =>
        deliverAfter(setting, order, async () => {
          await finality?.beacon.stall(false);
          await setting.finalize((await newestBlock(setting)) + 1);
        }),
    };
  },
};

/** The faults of a chain that can be tried on an order. */
export const chainSchemes: readonly Scheme[] = [takenBack, stall];

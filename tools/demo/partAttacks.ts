/** Parts of the board fail: its power inside a write to flash, its flash at rest, its clock. Each is aimed at an order. */

import { equal } from '../../firmware/bytes/equal.js';
import { increaseTime } from '../../host-sim/node/chain/time.js';
import { Chance } from '../../host-sim/node/chance.js';
import { ask } from '../operator/order.js';
import type { Scheme } from './attack.js';
import { readJournal, writeJournal } from './boardFlash.js';
import { switchedOff } from './flashAttacks.js';
import { deliver, placeOrder } from './orders.js';
import type { Setting } from './setting.js';
import type { Observed } from './steps.js';

/** The rate of a clock that nearly stands. */
const SLOW_RATE = 0.1;
/** Bytes of which one rots. */
const ROT_BYTES = 64;

const anOrder = async (setting: Setting): Promise<Observed> =>
  deliver(setting, await placeOrder(setting, 'relay.set', { on: false }));

/** An order has one receipt wherever the power fails, and then is over. */
const cutInWrite: Scheme = {
  name: 'the power fails inside a write to flash while an order runs, and the order comes again',
  expected: 'rejected',
  code: 'replayed',
  twin: 'an order after it',
  count: { label: 'write or erase, counted from the order', least: 1, most: 1000, usual: 3 },
  prepare: async (setting, { count = 3 }) => ({
    changesStore: true,
    async act() {
      const { board, boardChannel, patience } = setting;
      const { challenge: before } = await boardChannel.status();
      const order = await placeOrder(setting, 'relay.toggle', {});
      const options = { final: true, milliseconds: 2 * patience };
      const deliverIt = () => ask(boardChannel, 'envelope', order.bytes, { subject: order.hash, ...options });
      const restart = board
        .waitForRestart(board.restarts + 1, { timeout: options.milliseconds })
        .then(() => 'cut');
      board.setFault?.({ flashOperation: count });
      const whole = deliverIt().then(() => 'whole');
      const came = await Promise.race([restart, whole]).catch((error: Error) => error.message);
      for (const each of [restart, whole]) each.catch(() => {});
      board.setFault?.({ flashOperation: null });
      if (came !== 'cut') {
        const evidence = came === 'whole' ? `the order was done before write ${count}` : came;
        return { verdict: 'failed', code: '', evidence };
      }
      await boardChannel.statusWhere(({ challenge }) => !equal(challenge, before), patience);
      // The next order shows the board the time, without which nothing runs after a restart.
      const next = await placeOrder(setting, 'relay.set', { on: true });
      const [{ receipt }] = await Promise.all([
        deliverIt(),
        ask(boardChannel, 'envelope', next.bytes, { subject: next.hash, ...options }),
      ]);
      const again = await deliver(setting, order);
      return { ...again, evidence: `its one receipt says ${receipt?.receipt.outcome}` };
    },
    actTwin: () => anOrder(setting),
  }),
};

/** The journal lies; the board cannot know any more what it ran, and begins anew with the next order that shows the time. */
const rot: Scheme = {
  name: 'bits of the board’s journal rot, and an order that ran comes again',
  expected: 'undetermined',
  code: 'not_now',
  twin: 'a new order, once another showed the board the time',
  async prepare(setting) {
    const order = await placeOrder(setting, 'relay.toggle', {});
    await deliver(setting, order);
    return {
      changesStore: true,
      async act() {
        const { directory } = setting;
        await switchedOff(setting, () => writeJournal(directory, rotten(readJournal(directory))));
        return deliver(setting, order);
      },
      async actTwin() {
        await anOrder(setting);
        return anOrder(setting);
      },
    };
  },
};

/** One bit of each so many bytes is another. */
function rotten(bytes: Uint8Array): Uint8Array {
  const chance = new Chance(bytes.length);
  const copy = Uint8Array.from(bytes);
  for (let at = 0; at < copy.length; at += ROT_BYTES)
    copy[at + chance.below(Math.min(ROT_BYTES, copy.length - at))] ^= 1 << chance.below(8);
  return copy;
}

/** By its own clock the order would be good for ten times as long. */
const drift: Scheme = {
  name: 'the board’s clock runs ten times too slow, and an order is kept back for ten minutes',
  expected: 'rejected',
  code: 'expired',
  twin: 'an order in its time, by a clock that is right',
  async prepare(setting) {
    const order = await placeOrder(setting, 'relay.set', { on: true }, { life: 90 });
    return {
      consumes: true,
      async act() {
        setting.board.setFault?.({ clockRate: SLOW_RATE });
        try {
          await increaseTime(setting.rpc, 600);
          return await deliver(setting, order);
        } finally {
          setting.board.setFault?.({ clockRate: 1 });
        }
      },
      actTwin: () => anOrder(setting),
    };
  },
};

/** Failures of parts that boards of Node alone can have. */
export const nodeSchemes: readonly Scheme[] = [cutInWrite, drift];

/** Failures of parts that every board can have. */
export const partSchemes: readonly Scheme[] = [rot];

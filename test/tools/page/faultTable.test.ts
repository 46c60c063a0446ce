/**
 * Each lasting fault of a real world by the verdict that meets it, on one board: those of the image server by an update,
 * the others by orders. HOLDFAST_FAULTS is how many of a hundred of the latter are tried; all of them take minutes.
 */
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { apiOf } from './api.js';
import { type MetFault, meetByOrders, meetByUpdate, WELL } from './metFaults.js';
import { realWorld } from './realWorld.js';

const percent = Number(process.env.HOLDFAST_FAULTS ?? 0);

testWithChain(
  'a lasting fault is met as the page says, by an order or an update; then all is well again',
  async t => {
    t.timeout(1_200_000);
    const { setting, url } = await realWorld(t);
    const api = apiOf(url);
    const judge = ({ after, fault, met, place }: MetFault): void => {
      t.log(`${place}: ${fault}: ${met.join(', ')}; then ${after}`);
      t.true(fault === WELL || met.length > 0, `${place}: ${fault} was met by nothing`);
      // An order that the chain took back is not one any more; one that ran before a cut does not run again.
      const isOver = fault === 'a reorganisation' || (place === 'the parts of the board' && fault !== WELL);
      if (!isOver) t.is(after, 'accepted', `${place}: ${fault}`);
    };
    for (const met of await meetByUpdate(setting, api)) judge(met);
    if (percent > 0)
      await meetByOrders({ api, every: Math.max(1, Math.round(100 / percent)), setting }, judge);
  },
);

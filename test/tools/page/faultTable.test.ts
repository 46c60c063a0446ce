/** Each lasting fault of a real world by the verdict that meets it, on one board: minutes of waiting, and so not of the gate. */
import test from 'ava';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { apiOf } from './api.js';
import { type MetFault, meetByOrders, meetByUpdate, WELL } from './metFaults.js';
import { realWorld } from './realWorld.js';

const title = 'each lasting fault is met as the page says, by an order or an update; then all is well again';

if (process.env.HOLDFAST_FAULTS === 'all')
  testWithChain(title, async t => {
    t.timeout(1_200_000);
    const { setting, url } = await realWorld(t);
    const api = apiOf(url);
    const judge = ({ after, fault, met, place }: MetFault): void => {
      process.stderr.write(`${place}: ${fault}: ${met.join(', ')}; then ${after}\n`);
      t.true(fault === WELL || met.length > 0, `${place}: ${fault} was met by nothing`);
      // What the chain took back is no order any more; what ran before a cut does not run again.
      const isOver = fault === 'a reorganisation' || (place === 'the parts of the board' && fault !== WELL);
      if (!isOver) t.is(after, 'accepted', `${place}: ${fault}`);
    };
    for (const met of await meetByUpdate(setting, api)) judge(met);
    await meetByOrders(setting, api, judge);
  });
else test.skip(`HOLDFAST_FAULTS=all tries: ${title}`, t => t.pass());

import { periodAt } from '../../../firmware/beacon/chain.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { startBeacon } from '../../../host-sim/beacon/beacon.js';
import { startChain } from '../../../host-sim/chain/anvil.js';
import { call } from '../../../host-sim/node/chain/call.js';
import { mine } from '../../../host-sim/node/chain/time.js';
import { startProver } from '../../../tools/prover/start.js';
import { beginAt, catchUp } from '../../host-sim/beacon/walk.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';

const finalHash = async (url: string) =>
  ((await call(url, 'eth_getBlockByNumber', ['finalized', false])) as { hash: string }).hash;

testWithChain(
  'a board follows the simulated chain over the prover, across periods and all four forks',
  async t => {
    const chain = await startChain();
    const beacon = await startBeacon({ chain, committeeSize: 32, epochsPerPeriod: 16, forks: { deneb: 0 } });
    const events: string[] = [];
    const prover = await startProver({
      beacons: [beacon.url],
      rpcs: [chain.url],
      freshnessMs: 0,
      onEvent: ({ kind, message }) => {
        events.push(`${kind}: ${message}`);
        t.log(message);
      },
    });
    try {
      await mine(chain.url, 70);
      const { root, slot } = await beacon.checkpoint();
      let state = await beginAt(prover.url, beacon.chain, root);
      t.is(state.slot, slot);
      for (const go of [
        () => beacon.nextPeriod(),
        () => beacon.fork('electra'),
        () => beacon.nextPeriod(),
        () => beacon.fork('fulu'),
        () => beacon.fork('gloas'),
        () => beacon.nextPeriod(),
      ]) {
        await go();
        const walked = await catchUp(prover.url, beacon.chain, state);
        ({ state } = walked);
        t.is(toHex(state.execution.hash), await finalHash(chain.url));
        t.log(
          `slot ${state.slot}, period ${periodAt(beacon.chain, state.slot)}, asked ${walked.asked.length}`,
        );
      }
      t.deepEqual(
        events.filter(event => !event.startsWith('info')),
        [],
      );
    } finally {
      await prover.close();
      await beacon.close();
      await chain.close();
    }
  },
);

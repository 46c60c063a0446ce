/** The simulated beacon with mainnet's committee of 512 and mainnet's periods, judged by Lodestar and by a board. */
import { SYNC_COMMITTEE_SIZE } from '@lodestar/params';
import { UPDATE_BYTES_MAX } from '../../../firmware/beacon/update.js';
import { mine } from '../../../host-sim/node/chain/time.js';
import { startProver } from '../../../tools/prover/start.js';
import { LodestarClient } from '../../firmware/beacon/lodestarClient.js';
import { testWithChain } from '../chain/withChain.js';
import { bootstrapOf, configOf, finalityOf, updateOf } from './lodestar.js';
import { beginAt, catchUp, get } from './walk.js';
import { withBeacon } from './withBeacon.js';

testWithChain(
  'with 512 positions Lodestar and a board are at the same final block, a period on and at two thirds',
  async t => {
    t.is(SYNC_COMMITTEE_SIZE, 512);
    const mainnet = { committeeSize: 512, slotsPerEpoch: 32, epochsPerPeriod: 256 };
    await withBeacon({ ...mainnet, forks: { deneb: 0, electra: 100 } }, async ({ beacon, chain }) => {
      const prover = await startProver({ beacons: [beacon.url], rpcs: [chain.url], freshnessMs: 0 });
      try {
        const { root } = await beacon.checkpoint();
        const client = new LodestarClient(configOf(beacon.chain), await bootstrapOf(beacon, root));
        const begun = await beginAt(prover.url, beacon.chain, root);
        await mine(chain.url, 5);
        t.is(client.apply(await updateOf(beacon, 0)).refusal, undefined);
        await beacon.nextPeriod();
        t.deepEqual(client.apply(await finalityOf(beacon)), { moved: true });
        const { state } = await catchUp(prover.url, beacon.chain, begun);
        t.is(state.slot, client.finalizedSlot);
        const sizes = [
          (await get(prover.url, '/light/v1/committee/0')).length,
          (await get(prover.url, '/light/v1/finality')).length,
        ];
        t.log(`509 of 512: committee update ${sizes[0]} bytes, finality ${sizes[1]} bytes`);
        t.true(Math.max(...sizes) < UPDATE_BYTES_MAX);
        beacon.participate(342);
        await mine(chain.url, 5);
        t.deepEqual(client.apply(await finalityOf(beacon)), { moved: true });
        t.is((await catchUp(prover.url, beacon.chain, state)).state.slot, client.finalizedSlot);
        const low = (await get(prover.url, '/light/v1/finality')).length;
        t.log(`342 of 512: finality ${low} bytes, and pieces`);
        t.true(low < 3000);
      } finally {
        await prover.close();
      }
    });
  },
);

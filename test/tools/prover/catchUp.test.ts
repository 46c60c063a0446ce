/** A prover that begins long ago, and one whose nodes contradict each other under genuine signatures. */

import { parseUpdate } from '../../../firmware/beacon/update.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { startBeacon } from '../../../host-sim/beacon/beacon.js';
import { startChain } from '../../../host-sim/chain/anvil.js';
import { call } from '../../../host-sim/node/chain/call.js';
import { mine } from '../../../host-sim/node/chain/time.js';
import { startProver } from '../../../tools/prover/start.js';
import type { ProverEvent } from '../../../tools/prover/watch.js';
import { beginAt, catchUp, get } from '../../host-sim/beacon/walk.js';
import { withBeacon } from '../../host-sim/beacon/withBeacon.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';

testWithChain(
  'from a checkpoint of long ago the prover follows every committee, and says how far it is',
  async t => {
    await withBeacon(
      { epochsPerPeriod: 8, forks: { deneb: 0, electra: 24, gloas: 44 } },
      async ({ beacon, chain }) => {
        const { root } = await beacon.checkpoint();
        for (let i = 0; i < 7; i++) await beacon.nextPeriod();
        const events: ProverEvent[] = [];
        const prover = await startProver({
          beacons: [beacon.url],
          rpcs: [chain.url],
          checkpoint: root,
          freshnessMs: 0,
          onEvent: event => events.push(event),
        });
        try {
          const begun = await beginAt(prover.url, beacon.chain, root);
          const { asked, state } = await catchUp(prover.url, beacon.chain, begun);
          t.is(state.slot, (await beacon.checkpoint()).slot);
          t.true(asked.length > 7);
          const told = events.map(({ kind, message }) => `${kind}: ${message}`);
          t.regex(told.join('\n'), /info: begins with the committee of period 0/);
          t.regex(told.join('\n'), /info: catching up: knows the committee of period [5-7] of 7/);
          t.deepEqual(
            events.filter(({ kind }) => kind !== 'info'),
            [],
          );
          t.regex(Buffer.from(await get(prover.url, '/metrics')).toString(), /committee_period [78]/);
        } finally {
          await prover.close();
        }
      },
    );
  },
);

testWithChain(
  'two final blocks of one height, both signed: the operator is told, and the first stays what is served',
  async t => {
    const timestamp = Math.floor(Date.now() / 1000);
    const flags = ['--slots-in-an-epoch', '8', '--timestamp', `${timestamp}`];
    const chains = [await startChain({ flags }), await startChain({ flags })];
    const options = { committeeSize: 32, epochsPerPeriod: 8 };
    await call(chains[1].url, 'anvil_setCoinbase', [`0x${'ee'.repeat(20)}`]);
    for (const chain of chains) await mine(chain.url, 30);
    const beacons = [
      await startBeacon({ chain: chains[0], ...options }),
      await startBeacon({ chain: chains[1], ...options }),
    ];
    const events: ProverEvent[] = [];
    const prover = await startProver({
      beacons: beacons.map(({ url }) => url),
      rpcs: chains.map(({ url }) => url),
      // The question joins the look of the start, which is over when both chains were compared.
      freshnessMs: 600_000,
      intervalMs: 600_000,
      onEvent: event => events.push(event),
    });
    try {
      const [first, second] = beacons.map(({ url }, i) => `127.0.0.1:${new URL(url).port}#${i}`);
      const bytes = await get(prover.url, '/light/v1/finality');
      const update = parseUpdate(bytes, 32);
      if (update.verdict !== 'accepted') return t.fail(update.evidence);
      const served = toHex(portableCrypto().keccak256(update.value.finalized.executionHeader));
      const { hash } = (await call(chains[0].url, 'eth_getBlockByNumber', ['finalized', false])) as {
        hash: string;
      };
      t.is(served, hash);
      const faults = events.filter(({ kind }) => kind === 'fault');
      t.true(
        faults.some(({ code, node }) => code === 'equivocation' && node === second),
        JSON.stringify(events),
      );
      t.true(faults.some(({ code, node }) => code === 'contradicts_finality' && node?.endsWith('#1')));
      t.false(faults.some(({ node }) => node === first));
    } finally {
      await prover.close();
      for (const beacon of beacons) await beacon.close();
      for (const chain of chains) await chain.close();
    }
  },
);

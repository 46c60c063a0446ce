/** Events of a simulated beacon chain, seen through the API by the firmware's own verification. */
import { step } from '../../../firmware/beacon/catchUp.js';
import { periodAt } from '../../../firmware/beacon/chain.js';
import type { FinalityState } from '../../../firmware/beacon/state.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import type { Beacon } from '../../../host-sim/beacon/beacon.js';
import { call } from '../../../host-sim/node/chain/call.js';
import { mine, reorganise } from '../../../host-sim/node/chain/time.js';
import { startProver } from '../../../tools/prover/start.js';
import { testWithChain } from '../chain/withChain.js';
import { beginAt, catchUp, contextOf, get } from './walk.js';
import { readJson, type Stage, withBeacon } from './withBeacon.js';

const hashAt = async (url: string, block: number | 'finalized'): Promise<string> => {
  const name = typeof block === 'number' ? `0x${block.toString(16)}` : block;
  return ((await call(url, 'eth_getBlockByNumber', [name, false])) as { hash: string }).hash;
};

/** With a board that has begun at the newest final block. */
const withBoard = (
  options: Parameters<typeof withBeacon>[0],
  run: (
    stage: Stage & { prover: string; state: FinalityState; walk(): ReturnType<typeof catchUp> },
  ) => Promise<void>,
) =>
  withBeacon({ epochsPerPeriod: 8, ...options }, async stage => {
    const { beacon, chain } = stage;
    const prover = await startProver({ beacons: [beacon.url], rpcs: [chain.url], freshnessMs: 0 });
    try {
      const state = await beginAt(prover.url, beacon.chain, (await beacon.checkpoint()).root);
      await run({
        ...stage,
        prover: prover.url,
        state,
        walk: () => catchUp(prover.url, beacon.chain, state),
      });
    } finally {
      await prover.close();
    }
  });

const stepOf = async (beacon: Beacon, prover: string, state: FinalityState) =>
  step(contextOf(beacon.chain), state, await get(prover, '/light/v1/finality'));

testWithChain(
  'finalized is the block that the execution chain calls so, before and from Gloas on',
  async t => {
    for (const forks of [{ electra: 0 }, { gloas: 0 }]) {
      await withBoard({ forks }, async ({ chain, walk }) => {
        for (const count of [1, 2, 7]) {
          await mine(chain.url, count);
          const { state } = await walk();
          t.is(toHex(state.execution.hash), await hashAt(chain.url, 'finalized'));
        }
      });
    }
  },
);

testWithChain('a board follows where time leaps over whole periods', async t => {
  await withBoard({}, async ({ beacon, chain, state, walk }) => {
    await call(chain.url, 'evm_increaseTime', [64 * 5 + 20]);
    await mine(chain.url, 30);
    const walked = await walk();
    t.true(periodAt(beacon.chain, walked.state.slot) >= periodAt(beacon.chain, state.slot) + 5);
    await mine(chain.url, 20);
    const { state: newest } = await walk();
    t.is(toHex(newest.execution.hash), await hashAt(chain.url, 'finalized'));
    t.log(`asked ${walked.asked.length} questions over 5 periods`);
  });
});

testWithChain('under two thirds a board waits, with two thirds it goes on', async t => {
  await withBoard({}, async ({ beacon, chain, prover, state, walk }) => {
    await mine(chain.url, 3);
    beacon.participate(21);
    // The prover goes on serving the last that a board would take.
    t.true((await walk()).state.execution.number <= state.execution.number);
    beacon.participate(22);
    const verdict = await stepOf(beacon, prover, state);
    t.is(verdict.verdict === 'accepted' && verdict.value.present, 22);
    t.is((await walk()).state.execution.number, state.execution.number + 3);
  });
});

testWithChain('in a stall nothing more becomes final, but time still shows', async t => {
  await withBoard({}, async ({ beacon, chain, prover, state }) => {
    await beacon.stall(true);
    await mine(chain.url, 9);
    const stalled = await stepOf(beacon, prover, state);
    if (stalled.verdict !== 'accepted') return t.fail(stalled.evidence);
    t.false(stalled.value.moved);
    t.true(stalled.value.attestedSlot >= state.slot + 16 + 9);
    await beacon.stall(false);
    await mine(chain.url, 1);
    const later = await stepOf(beacon, prover, state);
    t.true(later.verdict === 'accepted' && later.value.moved);
  });
});

testWithChain(
  'a stall from the fork Gloas to the end of its period leaves boards who signs next',
  async t => {
    // Slots 64 to 127 are a period. Gloas begins at 72, and the first block of the period is final at 80.
    await withBoard({ forks: { electra: 0, gloas: 9 } }, async ({ beacon, chain, walk }) => {
      await mine(chain.url, 84 - 30);
      await beacon.stall(true);
      await mine(chain.url, 130 - 84);
      await beacon.stall(false);
      await mine(chain.url, 30);
      const { state } = await walk();
      t.true(periodAt(beacon.chain, state.slot) >= 2);
      t.is(toHex(state.execution.hash), await hashAt(chain.url, 'finalized'));
    });
  },
);

testWithChain(
  'a stall that begins before Gloas and lasts beyond the period costs a board no committee',
  async t => {
    await withBoard({ forks: { fulu: 0, gloas: 12 } }, async ({ beacon, chain, prover, state, walk }) => {
      const { slotsPerEpoch } = beacon.chain;
      const now = () => readJson(beacon.url, '/eth/v1/node/syncing');
      const slot = async () => Number(((await now()).data as { head_slot: string }).head_slot);
      const until = async (last: number) => {
        while ((await slot()) < last) await mine(chain.url, 1);
      };
      await until(12 * slotsPerEpoch - 1);
      const before = (await walk()).state;
      t.true(before.slot < 12 * slotsPerEpoch && periodAt(beacon.chain, before.slot) === 1);
      t.true(before.slot > state.slot);
      await beacon.stall(true);
      await mine(chain.url, 3);
      const across = await stepOf(beacon, prover, before);
      t.is(across.verdict, 'accepted', across.verdict === 'accepted' ? '' : across.evidence);
      await until(17 * slotsPerEpoch);
      await beacon.stall(false);
      await mine(chain.url, 24);
      const { state: after } = await walk();
      t.true(periodAt(beacon.chain, after.slot) >= 2);
      t.is(toHex(after.execution.hash), await hashAt(chain.url, 'finalized'));
    });
  },
);

testWithChain('a withheld payload is never what a board takes for final', async t => {
  await withBoard({ forks: { gloas: 0 } }, async ({ beacon, chain, state, walk }) => {
    await beacon.withholdPayload();
    await mine(chain.url, 3);
    await beacon.withholdPayload();
    await mine(chain.url, 16);
    let last = state;
    for (let i = 0; i < 6; i++) {
      await mine(chain.url, 1);
      last = (await walk()).state;
      t.is(toHex(last.execution.hash), await hashAt(chain.url, last.execution.number));
    }
    t.is(toHex(last.execution.hash), await hashAt(chain.url, 'finalized'));
  });
  await withBeacon({ forks: { fulu: 0 } }, async ({ beacon }) => {
    await t.throwsAsync(beacon.withholdPayload(), { message: /from Gloas on/ });
  });
});

for (const forks of [{ electra: 0 }, { gloas: 0 }]) {
  testWithChain(
    `${Object.keys(forks)}: a board notices that the committee signed two final blocks of one height`,
    async t => {
      await withBoard({ forks }, async ({ beacon, chain, prover, walk }) => {
        await mine(chain.url, 2);
        const { state } = await walk();
        const { blockHash, number, update } = await beacon.equivocate();
        t.is(number, state.execution.number);
        t.not(toHex(blockHash), toHex(state.execution.hash));
        const verdict = step(contextOf(beacon.chain), state, update);
        t.is(verdict.verdict === 'rejected' && verdict.code, 'equivocation');
        t.is((await stepOf(beacon, prover, state)).verdict, 'accepted', 'the twin that is none');
      });
    },
  );
}

testWithChain('a reorganisation above finality changes the head and nothing that was final', async t => {
  await withBoard({}, async ({ chain, walk }) => {
    const before = await walk();
    await reorganise(chain.url, 8);
    await mine(chain.url, 4);
    const { state } = await walk();
    t.is(state.execution.number, before.state.execution.number + 4);
    t.is(toHex(state.execution.hash), await hashAt(chain.url, 'finalized'));
  });
});

testWithChain('the same seed gives the same chain, and another another', async t => {
  await withBeacon({ seed: 'a' }, async ({ beacon, chain }) => {
    const { startBeacon } = await import('../../../host-sim/beacon/beacon.js');
    const roots: string[] = [];
    for (const seed of ['a', 'b']) {
      const twin = await startBeacon({ chain, committeeSize: 32, seed });
      roots.push(toHex((await twin.checkpoint()).root));
      await twin.close();
    }
    t.is(roots[0], toHex((await beacon.checkpoint()).root));
    t.not(roots[1], roots[0]);
  });
});

testWithChain('chain data and headers are where the standard has them', async t => {
  await withBeacon({}, async ({ beacon }) => {
    const { data: genesis } = await readJson(beacon.url, '/eth/v1/beacon/genesis');
    const { data: spec } = await readJson(beacon.url, '/eth/v1/config/spec');
    t.is((genesis as { genesis_time: string }).genesis_time, `${beacon.chain.genesisTime}`);
    t.is((spec as Record<string, string>).SYNC_COMMITTEE_SIZE, '32');
    const { root, slot } = await beacon.checkpoint();
    for (const id of ['finalized', `${slot}`, toHex(root)]) {
      const { data } = await readJson(beacon.url, `/eth/v1/beacon/headers/${id}`);
      t.is((data as { root: string }).root, toHex(root));
      const { data: other } = await readJson(beacon.url, `/eth/v1/beacon/blocks/${id}/root`);
      t.is((other as { root: string }).root, toHex(root));
    }
    const { data } = await readJson(beacon.url, '/eth/v1/beacon/states/head/finality_checkpoints');
    t.deepEqual(fromHex((data as { finalized: { root: string } }).finalized.root), Uint8Array.from(root));
    for (const path of [
      '/eth/v1/beacon/headers/999999',
      '/eth/v1/nothing',
      '/eth/v1/beacon/light_client/bootstrap/0x00',
    ])
      t.is((await fetch(`${beacon.url}${path}`)).status, 404);
  });
});

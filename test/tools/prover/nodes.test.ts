/** Nodes that lie, stall or flood: they are noticed, named to the operator, and never served. */

import { parseUpdate } from '../../../firmware/beacon/update.js';
import { fromHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { emptyRootHex } from '../../../firmware/proof/trie.js';
import { verifyWitness } from '../../../firmware/proof/witness.js';
import { decodeWitness } from '../../../firmware/proof/witnessCodec.js';
import { encodeWitnessRequest } from '../../../firmware/proof/witnessRequest.js';
import { call } from '../../../host-sim/node/chain/call.js';
import { mine } from '../../../host-sim/node/chain/time.js';
import { beginAt, catchUp, get } from '../../host-sim/beacon/walk.js';
import type { Stage } from '../../host-sim/beacon/withBeacon.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { flipped, type LyingNode, type startLyingNode } from './lyingNode.js';
import { type ProverStage, withProver } from './withProver.js';

interface Scene extends ProverStage {
  /** The first of several nodes. */
  liar: LyingNode;
}

async function withLiar(
  kind: 'beacon' | 'rpc',
  lie: LyingNode['lie'],
  run: (scene: Scene) => Promise<void>,
): Promise<void> {
  let liar!: LyingNode;
  const world = {
    beacon: { epochsPerPeriod: 8 },
    async prover({ beacon, chain }: Stage, stand: typeof startLyingNode) {
      liar = await stand(kind === 'beacon' ? beacon.url : chain.url);
      liar.lie = lie;
      return kind === 'beacon'
        ? { beacons: [liar.url, beacon.url, beacon.url] }
        : { rpcs: [liar.url, chain.url] };
    },
  };
  await withProver(world, stage => run({ ...stage, liar }));
}

/** A board's walk from a checkpoint over a period to the newest finality; returns how many slots it is behind then. */
const follows = async ({ beacon, chain, prover }: ProverStage): Promise<number> => {
  const from = await beginAt(prover.url, beacon.chain, (await beacon.checkpoint()).root);
  await mine(chain.url, 3);
  await beacon.nextPeriod();
  const { state } = await catchUp(prover.url, beacon.chain, from);
  return (await beacon.checkpoint()).slot - state.slot;
};

const lies: readonly [title: string, code: string, lie: LyingNode['lie']][] = [
  [
    'a signature with a changed bit',
    'proof_invalid',
    (path, answer) => (path.includes('finality_update') ? flipped(answer, 4) : answer),
  ],
  [
    'a finality branch with a changed bit',
    'proof_invalid',
    (path, answer) =>
      // Fixed part of the finality update at 32 positions: offsets, branch, bits, signature, slot.
      path.includes('finality_update') ? { ...answer, body: changedAt(answer.body, 20) } : answer,
  ],
  [
    'another committee in the bootstrap',
    'proof_invalid',
    (path, answer) => (path.includes('bootstrap') ? { ...answer, body: changedAt(answer.body, 20) } : answer),
  ],
  [
    'nonsense',
    'malformed',
    (path, answer) => (path.includes('light_client') ? { ...answer, body: Buffer.alloc(99) } : answer),
  ],
  [
    'an answer without end',
    'too_large',
    (path, answer) => (path.includes('light_client') ? 'endless' : answer),
  ],
  [
    'another chain',
    'disagrees',
    (path, answer) =>
      path.includes('genesis')
        ? {
            ...answer,
            body: Buffer.from(
              answer.body.toString().replace(/"genesis_time":"[0-9]+"/, '"genesis_time":"7"'),
            ),
          }
        : answer,
  ],
];

function changedAt(body: Buffer, at: number): Buffer {
  const copy = Buffer.from(body);
  copy[at] ^= 1;
  return copy;
}

for (const [title, code, lie] of lies) {
  testWithChain(
    `a beacon node that answers ${title} is named (${code}), and boards notice nothing`,
    async t => {
      await withLiar('beacon', lie, async scene => {
        t.is(await follows(scene), 0);
        const faults = scene.events.filter(({ kind }) => kind === 'fault');
        const liar = scene.liar.nameAt(0);
        t.true(
          faults.some(event => event.code === code && event.node === liar),
          JSON.stringify(scene.events),
        );
        t.deepEqual([...new Set(faults.map(({ node }) => node))], [liar], 'nobody else is blamed');
        t.regex(await scene.metrics(), new RegExp(`node_faults_total{node="${liar}",code="${code}"} [1-9]`));
      });
    },
  );
}

testWithChain('a node that stays silent costs time and no answer, and is no liar', async t => {
  const TIMEOUT_MS = 5_000;
  let silent!: LyingNode;
  /** Requests that the silent node holds. */
  let held = 0;
  const world = {
    beacon: { epochsPerPeriod: 8 },
    async prover({ beacon }: Stage, stand: typeof startLyingNode) {
      silent = await stand(beacon.url);
      silent.lie = (path, answer) => {
        if (!path.includes('light_client')) return answer;
        held++;
        return 'silent';
      };
      return { beacons: [silent.url, beacon.url], timeoutMs: TIMEOUT_MS, intervalMs: 3_600_000 };
    },
  };
  await withProver(world, async stage => {
    const { clock, events } = stage;
    let walking = true;
    const walked = follows(stage).finally(() => (walking = false));
    walked.catch(() => {});
    // The clock moves once nobody is waited for but the silent node, so that no other is ever late.
    while (walking) {
      if (held > 0 && clock.dueWithin(TIMEOUT_MS) === held) {
        held = 0;
        clock.advance(TIMEOUT_MS);
      }
      await new Promise(next => setImmediate(next));
    }
    t.is(await walked, 0);
    t.deepEqual(
      events.filter(({ kind }) => kind === 'fault'),
      [],
    );
    const unreachable = events.filter(({ code }) => code === 'unreachable').map(({ node }) => node);
    t.deepEqual(unreachable, [silent.nameAt(0)]);
  });
});

testWithChain('a node that speaks only JSON is as good as one that speaks SSZ', async t => {
  const world = {
    beacon: { epochsPerPeriod: 8 },
    prover: async ({ beacon }: Stage, stand: typeof startLyingNode) => ({
      beacons: [(await stand(beacon.url, { jsonOnly: true })).url],
    }),
  };
  await withProver(world, async stage => {
    t.is(await follows(stage), 0);
    t.deepEqual(stage.complaints(), []);
  });
});

testWithChain(
  'an execution node that lies about a proof is named; the witness comes from another',
  async t => {
    const crypto = portableCrypto();
    let lying = false;
    const lie: LyingNode['lie'] = (path, answer) => {
      if (!lying) return answer;
      const text = answer.body.toString();
      if (path.includes('eth_getProof'))
        return { ...answer, body: Buffer.from(text.replace(/(accountProof":\["0xf[0-9a-f]{30})./, '$10')) };
      return answer;
    };
    await withLiar('rpc', lie, async ({ chain, events, liar, metrics, prover }) => {
      const { hash, number } = (await call(chain.url, 'eth_getBlockByNumber', [
        'finalized',
        false,
      ])) as Record<string, string>;
      const address = fromHex(chain.accounts[0].address.toLowerCase(), 20)!;
      const ask = (slots: Uint8Array[]) => {
        const request = {
          blockHash: fromHex(hash, 32)!,
          number: Number(number),
          accounts: [{ address, slots }],
        };
        return { request, encoded: encodeWitnessRequest(request) };
      };
      const post = async (encoded: Uint8Array) => {
        const response = await fetch(`${prover.url}/light/v1/witness`, { method: 'POST', body: encoded });
        return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) };
      };
      for (const [slot, isLying] of [
        [1, false],
        [2, true],
      ] as const) {
        lying = isLying;
        const { encoded, request } = ask([new Uint8Array(32).fill(slot)]);
        const { bytes, status } = await post(encoded);
        t.is(status, 200);
        const witness = decodeWitness(bytes);
        if (witness.verdict !== 'accepted') return t.fail(witness.evidence);
        t.is(verifyWitness(crypto, request, witness.value).verdict, 'accepted');
        const faults = events.filter(({ kind }) => kind === 'fault').map(({ node }) => node);
        t.deepEqual(faults, isLying ? [`127.0.0.1:${new URL(liar.url).port}#0`] : []);
      }
      t.regex(await metrics(), /node_faults_total{node="[^"]+#0",code="(proof_invalid|malformed)"} 1/);
      const headerOnly = { blockHash: fromHex(hash, 32)!, number: Number(number), accounts: [] };
      t.is((await post(encodeWitnessRequest(headerOnly))).status, 200, 'a header alone');
      for (const [root, slots] of [
        [emptyRootHex, 0],
        [`0x${'11'.repeat(32)}`, 1],
      ] as const) {
        const before = { storageRoot: fromHex(root, 32)!, slots: [] };
        const { request } = ask([new Uint8Array(32).fill(3)]);
        const accounts = request.accounts.map(each => ({ ...each, before }));
        const { bytes } = await post(encodeWitnessRequest({ ...request, isBare: true, accounts }));
        const witness = decodeWitness(bytes);
        if (witness.verdict !== 'accepted') return t.fail(witness.evidence);
        t.is(witness.value.header.length, 0, 'a header that is known does not travel');
        t.is(witness.value.accounts[0].slots.length, slots, 'slots under a known root do not either');
      }
      const unknown = { ...headerOnly, blockHash: new Uint8Array(32) };
      t.is((await post(encodeWitnessRequest(unknown))).status, 404);
    });
  },
);

testWithChain(
  'where execution nodes fail, no beacon node is blamed, and boards are told to come again',
  async t => {
    let node!: LyingNode;
    let broken = true;
    const world = {
      async prover({ chain }: Stage, stand: typeof startLyingNode) {
        node = await stand(chain.url);
        node.lie = (path, answer) =>
          broken && path.includes('eth_getBlock') ? { ...answer, status: 500 } : answer;
        return { rpcs: [node.url] };
      },
    };
    await withProver(world, async ({ complaints, prover }) => {
      const status = async () => (await fetch(`${prover.url}/light/v1/finality`)).status;
      t.is(await status(), 503);
      broken = false;
      t.is(await status(), 200);
      const blamed = complaints().filter(({ code, node: name }) => name !== undefined && code !== 'failed');
      t.deepEqual([...new Set(blamed.map(({ node: name }) => name))], [node.nameAt(0)]);
    });
  },
);

/** Resolves when it is so; what it waits for must not depend on a clock. */
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise(next => setImmediate(next));
};

testWithChain('a look answers for the time when it began, however long it takes', async t => {
  const FRESHNESS_MS = 1_000;
  let node!: LyingNode;
  let held = Promise.resolve();
  let release = () => {};
  const hold = () => (held = new Promise(resolve => (release = resolve)));
  const world = {
    async prover({ beacon }: Stage, stand: typeof startLyingNode) {
      node = await stand(beacon.url);
      node.lie = async (path, answer) => {
        if (path.includes('finality_update')) await held;
        return answer;
      };
      return { beacons: [node.url], freshnessMs: FRESHNESS_MS, intervalMs: 3_600_000 };
    },
  };
  await withProver(world, async ({ chain, clock, prover }) => {
    const looks = () => node.asked.filter(path => path.includes('finality_update')).length;
    const ask = async () => {
      const parsed = parseUpdate(await get(prover.url, '/light/v1/finality'), 32);
      if (parsed.verdict !== 'accepted') throw new Error(parsed.evidence);
      return parsed.value.finalized.beacon.slot;
    };
    const before = await ask();
    clock.advance(FRESHNESS_MS - 1);
    t.is(await ask(), before);
    t.is(looks(), 1, 'fresh enough');

    clock.advance(1);
    hold();
    const slow = ask();
    await until(() => looks() === 2);
    const releaseSlow = release;
    await mine(chain.url, 16);
    clock.advance(FRESHNESS_MS);
    held = Promise.resolve();
    t.true((await ask()) > before, 'another look, though the slow one is not over');
    t.is(looks(), 3);

    releaseSlow();
    await slow;
    await ask();
    t.is(looks(), 3);

    clock.advance(FRESHNESS_MS);
    hold();
    const slower = ask();
    await until(() => looks() === 4);
    clock.advance(10 * FRESHNESS_MS);
    release();
    await slower;
    await ask();
    t.is(looks(), 5, 'a look that took long is old when it is over');
  });
});

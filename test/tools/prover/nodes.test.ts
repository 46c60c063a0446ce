/** Nodes that lie, stall or flood: they are noticed, named to the operator, and never served. */

import { fromHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { verifyWitness } from '../../../firmware/proof/witness.js';
import { decodeWitness } from '../../../firmware/proof/witnessCodec.js';
import { encodeWitnessRequest } from '../../../firmware/proof/witnessRequest.js';
import { call } from '../../../host-sim/node/chain/call.js';
import { mine } from '../../../host-sim/node/chain/time.js';
import { type RunningProver, startProver } from '../../../tools/prover/start.js';
import type { ProverEvent } from '../../../tools/prover/watch.js';
import { beginAt, catchUp, get } from '../../host-sim/beacon/walk.js';
import { type Stage, withBeacon } from '../../host-sim/beacon/withBeacon.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { flipped, type LyingNode, startLyingNode } from './lyingNode.js';

interface Scene extends Stage {
  liar: LyingNode;
  prover: RunningProver;
  events: ProverEvent[];
  metrics(): Promise<string>;
}

/** `wrong`: whether the liar is a beacon node or an execution node; it is the first of two. */
const withLiar = (wrong: 'beacon' | 'rpc', lie: LyingNode['lie'], run: (scene: Scene) => Promise<void>) =>
  withBeacon({ epochsPerPeriod: 8 }, async stage => {
    const { beacon, chain } = stage;
    const liar = await startLyingNode(wrong === 'beacon' ? beacon.url : chain.url);
    liar.lie = lie;
    const events: ProverEvent[] = [];
    const prover = await startProver({
      beacons: wrong === 'beacon' ? [liar.url, beacon.url, beacon.url] : [beacon.url],
      rpcs: wrong === 'rpc' ? [liar.url, chain.url] : [chain.url],
      freshnessMs: 0,
      timeoutMs: 5000,
      onEvent: event => events.push(event),
    });
    const metrics = async () => Buffer.from(await get(prover.url, '/metrics')).toString();
    try {
      await run({ ...stage, liar, prover, events, metrics });
    } finally {
      await prover.close();
      await liar.close();
    }
  });

const follows = async ({ beacon, chain, prover }: Scene): Promise<number> => {
  const from = await beginAt(prover.url, beacon.chain, (await beacon.checkpoint()).root);
  await mine(chain.url, 3);
  await beacon.nextPeriod();
  let state = from;
  let behind = 1;
  // A prover on a busy machine may take a node for absent and answer what it has: a board asks again.
  for (let tries = 0; behind !== 0 && tries < 20; tries++) {
    if (tries > 0) await new Promise(resolve => setTimeout(resolve, 500));
    ({ state } = await catchUp(prover.url, beacon.chain, state));
    behind = (await beacon.checkpoint()).slot - state.slot;
  }
  return behind;
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
        const liar = `127.0.0.1:${new URL(scene.liar.url).port}#0`;
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
  const silent: LyingNode['lie'] = (path, answer) => (path.includes('light_client') ? 'silent' : answer);
  await withLiar('beacon', silent, async scene => {
    t.is(await follows(scene), 0);
    t.deepEqual(
      scene.events.filter(({ kind }) => kind === 'fault'),
      [],
    );
    t.true(scene.events.some(({ code }) => code === 'unreachable'));
  });
});

testWithChain('a node that speaks only JSON is as good as one that speaks SSZ', async t => {
  await withBeacon({ epochsPerPeriod: 8 }, async stage => {
    const json = await startLyingNode(stage.beacon.url, { jsonOnly: true });
    const events: ProverEvent[] = [];
    const prover = await startProver({
      beacons: [json.url],
      rpcs: [stage.chain.url],
      freshnessMs: 0,
      onEvent: event => events.push(event),
    });
    try {
      t.is(await follows({ ...stage, prover } as Scene), 0);
      t.deepEqual(
        events.filter(({ kind }) => kind !== 'info'),
        [],
      );
    } finally {
      await prover.close();
      await json.close();
    }
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
      const unknown = { ...headerOnly, blockHash: new Uint8Array(32) };
      t.is((await post(encodeWitnessRequest(unknown))).status, 404);
    });
  },
);

testWithChain(
  'where execution nodes fail, no beacon node is blamed, and boards are told to come again',
  async t => {
    let broken = true;
    const lie: LyingNode['lie'] = (path, answer) =>
      broken && path.includes('eth_getBlock') ? { ...answer, status: 500 } : answer;
    await withBeacon({}, async ({ beacon, chain }) => {
      const node = await startLyingNode(chain.url);
      node.lie = lie;
      const events: ProverEvent[] = [];
      const prover = await startProver({
        beacons: [beacon.url],
        rpcs: [node.url],
        freshnessMs: 0,
        onEvent: event => events.push(event),
      });
      const status = async () => (await fetch(`${prover.url}/light/v1/finality`)).status;
      try {
        t.is(await status(), 503);
        broken = false;
        t.is(await status(), 200);
        const blamed = events.filter(({ code, node: name }) => name !== undefined && code !== 'failed');
        t.deepEqual(
          [...new Set(blamed.map(({ node: name }) => name))],
          [`127.0.0.1:${new URL(node.url).port}#0`],
        );
      } finally {
        await prover.close();
        await node.close();
      }
    });
  },
);

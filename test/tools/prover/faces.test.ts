/** The prover's faces: HTTP and MQTT, what they refuse, and what they tell the operator. */
import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { parseUpdate } from '../../../firmware/beacon/update.js';
import { fromHex } from '../../../firmware/bytes/hex.js';
import { WITNESS_REQUEST_BYTES_MAX } from '../../../firmware/proof/witnessRequest.js';
import { sealQuestion } from '../../../firmware/seal/question.js';
import { openAnswer } from '../../../firmware/seal/sharedSeal.js';
import { startBroker } from '../../../host-sim/broker/broker.js';
import { type BrokerClient, connectBroker } from '../../../host-sim/node/brokerClient.js';
import { mine } from '../../../host-sim/node/chain/time.js';
import { crypto, entropy } from '../../../tools/operator/boardMail.js';
import { startProver } from '../../../tools/prover/start.js';
import { get } from '../../host-sim/beacon/walk.js';
import { withBeacon } from '../../host-sim/beacon/withBeacon.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { startLyingNode } from './lyingNode.js';

/** Asks as a board does, on its topics; the answer opens with what was asked. */
const asker = (board: BrokerClient, key: string, topics: string) => async (path: string) => {
  const answerKey = new Uint8Array(randomBytes(32));
  const question = sealQuestion({ crypto, entropy }, fromHex(key, 33)!, { path, answerKey })!;
  await board.publish(`${topics}/ask`, question);
  return { open: (message: Uint8Array) => openAnswer(crypto, answerKey, message) };
};

testWithChain(
  'over a broker a board reads the newest finality, asks, and gets the very bytes of HTTP',
  async t => {
    await withBeacon({ committeeSize: 64 }, async ({ beacon, chain }) => {
      const broker = await startBroker();
      const prover = await startProver({
        beacons: [beacon.url],
        rpcs: [chain.url],
        broker: broker.url,
        freshnessMs: 0,
        intervalMs: 50,
      });
      const board = await connectBroker({ url: broker.url });
      const topics = `holdfast/b-${'ab'.repeat(10)}/${'cd'.repeat(16)}`;
      const proofs = `${topics}/proof`;
      const ask = asker(board, prover.key, topics);
      try {
        const finality = 'holdfast/31337/light/finality';
        const slotOf = (bytes: Uint8Array) => {
          const update = parseUpdate(bytes, 64);
          if (update.verdict !== 'accepted') throw new Error(update.evidence);
          return update.value.finalized.beacon.slot;
        };
        const first = board.next(finality);
        await board.subscribe(finality, () => {});
        const before = slotOf((await first).payload);
        const moved = board.next(finality, ({ payload }) => slotOf(payload) > before);
        await mine(chain.url, 4);
        t.true(slotOf((await moved).payload) > before);

        await board.subscribe(proofs, () => {});
        const { root } = await beacon.checkpoint();
        const path = `/light/v1/bootstrap/0x${Buffer.from(root).toString('hex')}`;
        const proof = board.next(proofs);
        const { open } = await ask(path);
        t.deepEqual(open((await proof).payload), await get(prover.url, path));
        const piece = board.next(proofs);
        const pathOfPiece = '/light/v1/absent/0/0/0x00ffff00ffffff0f';
        const opened = (await ask(pathOfPiece)).open((await piece).payload);
        t.deepEqual(opened, await get(prover.url, pathOfPiece));
        t.true(opened!.length > 20 * 48);

        // Nonsense gets nothing: the next answer is that of the next question.
        const next = board.next(proofs);
        await ask('/etc/passwd');
        await board.publish(`${topics}/ask`, new Uint8Array(100_000));
        const last = await ask('/light/v1/finality');
        slotOf(last.open((await next).payload)!);
        const metrics = Buffer.from(await get(prover.url, '/metrics')).toString();
        t.regex(metrics, /asks_total{outcome="answered"} 3/);
        t.regex(metrics, /asks_total{outcome="failed"} 1/);
        t.regex(metrics, /asks_total{outcome="malformed"} 1/);
      } finally {
        board.close();
        await prover.close();
        await broker.close();
      }
    });
  },
);

testWithChain('a board that floods the broker is answered a few times, and others as before', async t => {
  await withBeacon({}, async ({ beacon, chain }) => {
    const broker = await startBroker();
    const prover = await startProver({ beacons: [beacon.url], rpcs: [chain.url], broker: broker.url });
    const board = await connectBroker({ url: broker.url });
    const device = (byte: string) => `holdfast/b-${byte.repeat(10)}/${byte.repeat(16)}`;
    try {
      let answers = 0;
      await board.subscribe(`${device('aa')}/proof`, () => answers++);
      for (let i = 0; i < 10; i++) {
        const ask = asker(board, prover.key, device('aa'));
        await Promise.all(Array.from({ length: 20 }, () => ask('/light/v1/finality')));
      }
      const proof = board.next(`${device('bb')}/proof`);
      await board.subscribe(`${device('bb')}/proof`, () => {});
      await asker(board, prover.key, device('bb'))('/light/v1/finality');
      t.true((await proof).payload.length > 500);
      t.true(answers >= 1 && answers < 120, `${answers}`);
      t.regex(
        Buffer.from(await get(prover.url, '/metrics')).toString(),
        /asks_total{outcome="too_many"} [0-9]+/,
      );
    } finally {
      board.close();
      await prover.close();
      await broker.close();
    }
  });
});

testWithChain(
  'over HTTP nonsense is refused before any node is asked, and a genuine question answered after it',
  async t => {
    await withBeacon({}, async ({ beacon, chain }) => {
      const watched = await startLyingNode(beacon.url);
      const prover = await startProver({ beacons: [watched.url], rpcs: [chain.url], intervalMs: 600_000 });
      try {
        await get(prover.url, '/light/v1/finality');
        const before = watched.asked.length;
        const status = async (path: string, init?: RequestInit) =>
          (await fetch(`${prover.url}${path}`, init)).status;
        const zero = `0x${'00'.repeat(32)}`;
        for (const path of [
          '/',
          '/light/v1',
          '/light/v1/finality/1',
          '/light/v1/bootstrap',
          '/light/v1/bootstrap/0x00',
          `/light/v1/bootstrap/${zero}00`,
          '/light/v1/committee/-1',
          '/light/v1/committee/99999999999',
          '/light/v1/committee/1e3',
          '/light/v1/absent/0',
          '/light/v1/absent/0/0',
          '/light/v1/absent/0/0/0xffffffffffffffff',
          '/light/v1/absent/0/0/0x00',
          '/light/v1/absent/0/0/0x000000000000000000',
          '/light/v1/absent/0/8/0x0000000000000000',
          '/light/v1/absent/-1/0/0x0000000000000000',
          '/light/v1/absent/0/0/0x0000000000000000/0',
          '/light/v1/witness/0xc0',
          '/light/v1/witness/zz',
          '/light/v1/checkpoint?challenge=0x00',
          `/light/v1/finality?${'a'.repeat(300)}`,
          `/light/v1/witness/0x${'00'.repeat(WITNESS_REQUEST_BYTES_MAX + 40)}`,
        ])
          t.is(await status(path), 400, path.slice(0, 80));
        t.is(
          await status('/light/v1/witness', {
            method: 'POST',
            body: new Uint8Array(WITNESS_REQUEST_BYTES_MAX + 1),
          }),
          400,
        );
        t.is(await status('/light/v1/finality', { method: 'DELETE' }), 405);
        t.is(watched.asked.length, before, 'no node was asked');
        t.is(await status(`/light/v1/bootstrap/${zero}`), 404);
        t.is(await status('/light/v1/committee/7'), 404);
        t.is(await status('/light/v1/absent/0/1/0x0000000000000000'), 404, 'a committee of 32 has no piece');
        t.is(await status('/light/v1/absent/7/0/0x0000000000000000'), 404);
        t.is(await status(`/light/v1/checkpoint-keys/${zero}`), 404);
        t.is(await status('/light/v1/finality'), 200);
      } finally {
        await prover.close();
        await watched.close();
      }
    });
  },
);

testWithChain('many boards with one question are one question to a node', async t => {
  await withBeacon({}, async ({ beacon, chain }) => {
    const watched = await startLyingNode(beacon.url);
    const prover = await startProver({ beacons: [watched.url], rpcs: [chain.url], intervalMs: 600_000 });
    try {
      await get(prover.url, '/light/v1/finality');
      const before = watched.asked.length;
      const { root } = await beacon.checkpoint();
      const path = `/light/v1/bootstrap/0x${Buffer.from(root).toString('hex')}`;
      await Promise.all(Array.from({ length: 50 }, () => get(prover.url, path)));
      t.deepEqual(watched.asked.slice(before), [path.replace('/light/v1', '/eth/v1/beacon/light_client')]);
    } finally {
      await prover.close();
      await watched.close();
    }
  });
});

testWithChain('without nodes the prover says so, and answers once they are there', async t => {
  await withBeacon({}, async ({ beacon, chain }) => {
    const node = await startLyingNode(beacon.url);
    node.lie = (_, answer) => ({ ...answer, status: 500 });
    const prover = await startProver({ beacons: [node.url], rpcs: [chain.url], freshnessMs: 0 });
    try {
      const status = () =>
        new Promise<number>(resolve => {
          httpRequest(`${prover.url}/light/v1/finality`, response => {
            response.resume();
            resolve(response.statusCode ?? 0);
          }).end();
        });
      t.is(await status(), 503);
      t.regex(Buffer.from(await get(prover.url, '/metrics')).toString(), /node_up{[^}]+} 0/);
      node.lie = (_, answer) => answer;
      t.is(await status(), 200);
      const metrics = Buffer.from(await get(prover.url, '/metrics')).toString();
      t.regex(metrics, /node_up{[^}]+} 1/);
      t.regex(metrics, /finalized_slot [1-9]/);
      t.regex(metrics, /participation 29/);
      t.regex(metrics, /answers_total{kind="finality",outcome="answered"} [1-9]/);
    } finally {
      await prover.close();
      await node.close();
    }
  });
});

/** A prover does not ask an execution node again for what was proven; it asks again for what was not. */
import test from 'ava';
import { wordFromNumber } from '../../../firmware/bytes/bigEndian.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { ExecutionNode } from '../../../tools/prover/executionNode.js';
import { Lie } from '../../../tools/prover/upstream.js';
import { blockJson, buildWitness } from '../../firmware/proof/stateFixture.js';

const address = (fill: number) => new Uint8Array(20).fill(fill);
const { request, witness } = await buildWitness(
  [1, 2].map(i => ({ address: address(i), storage: [[wordFromNumber(0), Uint8Array.of(i)] as const] })),
  [{ address: address(2), slots: [wordFromNumber(0)] }],
);
const { blockHash, number } = request;
const asked = { blockHash, number, accounts: [{ address: address(2), slots: [wordFromNumber(0)] }] };

const proofOf = (nodes: readonly Uint8Array[]) => {
  const [{ slots }] = witness.accounts;
  const storageProof = slots.map(({ proof, slot }) => ({ key: toHex(slot), proof: proof.map(toHex) }));
  return { address: toHex(address(2)), accountProof: nodes.map(toHex), storageProof };
};
const honest = () => ({
  eth_getBlockByHash: blockJson(witness.header) as unknown,
  eth_getProof: proofOf(witness.accounts[0].proof) as unknown,
});

/** A node that gives those answers, and what it was asked. */
function nodeOf(answers: ReturnType<typeof honest>) {
  const calls: string[] = [];
  const node = new ExecutionNode({
    ...{ url: 'http://node', name: 'node', crypto: portableCrypto(), clock: new HandClock(), timeoutMs: 1 },
    fetch: async (_, { body }) => {
      const { method } = JSON.parse(`${body}`) as { method: keyof typeof answers };
      calls.push(method);
      return new Response(JSON.stringify({ jsonrpc: '2.0', id: 1, result: answers[method] })) as never;
    },
  });
  return { calls, node };
}

test('what was proven is told again without the node, and stays true when the node lies later', async t => {
  const answers = honest();
  const { calls, node } = nodeOf(answers);
  const first = await node.witness(asked);
  t.deepEqual(first, { header: witness.header, accounts: witness.accounts });
  t.is(calls.length, 2);
  answers.eth_getProof = proofOf([]);
  answers.eth_getBlockByHash = null;
  t.deepEqual(await node.witness(asked), first);
  t.deepEqual(await node.header(blockHash), witness.header);
  t.is(calls.length, 2);
});

test('a header that was proven alone spares the question for the block', async t => {
  const { calls, node } = nodeOf(honest());
  await node.header(blockHash);
  await node.witness(asked);
  t.deepEqual(calls, ['eth_getBlockByHash', 'eth_getProof']);
});

test('a lie is no proof: it is refused each time, and the truth counts when it comes', async t => {
  const answers = honest();
  const { calls, node } = nodeOf(answers);
  answers.eth_getProof = proofOf([]);
  await t.throwsAsync(node.witness(asked), { instanceOf: Lie });
  await t.throwsAsync(node.witness(asked), { instanceOf: Lie });
  t.is(calls.length, 4);
  answers.eth_getProof = honest().eth_getProof;
  answers.eth_getBlockByHash = { ...(honest().eth_getBlockByHash as object), gasUsed: '0x1' };
  await t.throwsAsync(node.witness(asked), { instanceOf: Lie });
  await t.throwsAsync(node.header(blockHash), { instanceOf: Lie });
  answers.eth_getBlockByHash = honest().eth_getBlockByHash;
  t.deepEqual(await node.witness(asked), { header: witness.header, accounts: witness.accounts });
});

test('other slots, or another height, of a proven account are asked and judged anew', async t => {
  const { calls, node } = nodeOf(honest());
  await node.witness(asked);
  await t.throwsAsync(
    node.witness({ ...asked, accounts: [{ address: address(2), slots: [wordFromNumber(7)] }] }),
  );
  t.is(calls.length, 3);
  await t.throwsAsync(node.witness({ ...asked, number: number + 1 }), { message: /asked was/ });
});

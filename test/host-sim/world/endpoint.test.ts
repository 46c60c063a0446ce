import test from 'ava';
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { verifyTrieProof } from '../../../firmware/proof/trie.js';
import { serveEndpoint } from '../../../host-sim/world/endpoint.js';
import { inTrouble, LIES, lying, TROUBLES } from '../../../host-sim/world/endpointMoods.js';
import { VirtualNetwork } from '../../../host-sim/world/network.js';
import { seededChance } from '../../../host-sim/world/seed.js';
import { VirtualTime } from '../../../host-sim/world/time.js';

const DEVICE = `0x${'d1'.repeat(20)}`;
const APPROVAL = `0x${'a5'.repeat(32)}`;
const word = (last: string) => `0x${last.padStart(64, '0')}`;

const block = {
  ...{ number: '0x64', timestamp: '0x6b49d200', hash: word('b1'), parentHash: word('b0') },
  ...{ stateRoot: word('c1'), withdrawalsRoot: word('c2'), extraData: '0x', gasLimit: '0x1' },
};
const proof = {
  ...{ address: DEVICE, accountProof: ['0xc20102', '0xc20304'] },
  storageProof: ['1', '5'].map(slot => ({ key: word(slot), value: '0x7', proof: ['0xc20506', '0xc20708'] })),
};

/** A chain that knows one block and one proof. */
const chain = {
  post: async (body: string) => {
    const { id, method } = JSON.parse(body);
    const result = method === 'eth_getProof' ? proof : method === 'eth_blockNumber' ? '0x64' : block;
    return JSON.stringify({ jsonrpc: '2.0', id, result });
  },
};

/** The part of a result that the tests look at. */
type Told = typeof block & typeof proof;
type Mutation = ReturnType<typeof lying>;

/** The answer that a raw client gets within half a minute, and after how many milliseconds. */
async function ask(
  method: string,
  moodOf: (world: Parameters<typeof lying>[1]) => Mutation | undefined,
  seed = 1,
) {
  const time = new VirtualTime();
  const network = new VirtualNetwork(time, seededChance(1, 'network'));
  const chance = seededChance(seed, 'moods');
  const mood = moodOf({ time, chance, approvalFor: device => (device === DEVICE ? APPROVAL : undefined) });
  serveEndpoint(network, 'node:80', chain, () => mood);
  let [text, atMs] = ['', 0];
  const socket = network.portOf('client').connect({
    ...{ host: 'node', port: 80, onWritable: () => {}, onClosed: () => {} },
    onReadable: () => {
      text += Buffer.from(socket.read()!).toString('latin1');
      atMs = time.nowMs;
    },
  });
  const params = method === 'eth_getProof' ? [DEVICE, [word('1'), word('5')], '0x64'] : ['0x64', false];
  const body = JSON.stringify({ jsonrpc: '2.0', id: 7, method, params });
  time.after(500, () =>
    socket.write(Buffer.from(`POST / HTTP/1.1\r\ncontent-length: ${body.length}\r\n\r\n${body}`)),
  );
  await time.run(30_000);
  const [head, rest = ''] = text.split('\r\n\r\n');
  let answer: { id?: number; result?: Told; error?: object } | undefined;
  try {
    answer = JSON.parse(rest);
  } catch {
    answer = undefined;
  }
  return { head, text, answer, atMs };
}

test('an endpoint in no mood gives the chain’s own answer', async t => {
  t.deepEqual((await ask('eth_getProof', () => undefined)).answer, {
    jsonrpc: '2.0',
    id: 7,
    result: proof,
  } as object);
});

test('each trouble keeps an answer back, and says nothing false', async t => {
  for (const trouble of TROUBLES) {
    const { answer, atMs, head } = await ask('eth_getProof', world => inTrouble(trouble, world), 3);
    const isHonest = answer?.result === undefined || JSON.stringify(answer.result) === JSON.stringify(proof);
    t.true(isHonest, trouble);
    if (trouble === 'slow') t.true(atMs > 1500, `${atMs}`);
    if (trouble === 'silent') t.is(head, '');
    if (trouble === 'unavailable') t.regex(head, / 503 /);
    if (trouble === 'pruned' || trouble === 'unsupported') t.truthy(answer?.error, trouble);
  }
  const limited = await Promise.all(
    Array.from({ length: 8 }, (_, seed) => ask('eth_getProof', world => inTrouble('limited', world), seed)),
  );
  t.deepEqual([...new Set(limited.map(({ head }) => head.slice(9, 12)))].sort(), ['200', '429']);
});

test('each lie changes the answer to one of the two questions of a witness', async t => {
  const honest = [block, proof].map(each => JSON.stringify(each));
  // Some ask the chain for something else in its place, or hash the block: this one knows one answer, and no whole header.
  const others: readonly string[] = ['account', 'slot', 'block', 'older', 'fewer', 'hash', 'futureBlock'];
  for (const lie of LIES.filter(each => !others.includes(each))) {
    const told = [
      await ask('eth_getBlockByNumber', world => lying(lie, world)),
      await ask('eth_getProof', world => lying(lie, world)),
    ];
    t.true(
      told.some(({ answer }, i) => JSON.stringify(answer?.result) !== honest[i]),
      lie,
    );
  }
});

test('a block of a later time keeps its hash or gets one of its own; its number stays', async t => {
  const kept = (await ask('eth_getBlockByNumber', world => lying('future', world))).answer!.result!;
  t.is(kept.hash, block.hash);
  t.is(kept.number, block.number);
  t.is(Number(kept.timestamp) - Number(block.timestamp), 8 * 3600);
});

test('an approval that nobody gave stands in a trie of the liar’s own, whole but for its root', async t => {
  const told = (await ask('eth_getProof', world => lying('approval', world))).answer!.result!;
  t.deepEqual(told.storageProof[0], proof.storageProof[0]);
  const [, { key, proof: nodes, value }] = told.storageProof;
  t.is(value, APPROVAL);
  const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.slice(2), 'hex'));
  const crypto = portableCrypto();
  const { keccak256 } = crypto;
  const node = bytes(nodes[0]);
  const proven = verifyTrieProof(crypto, keccak256(node), keccak256(bytes(key)), [node]);
  t.is(proven.verdict, 'accepted');
  if (proven.verdict === 'accepted') t.is(toHex(proven.value!), `0xa0${APPROVAL.slice(2)}`);
  const other = verifyTrieProof(crypto, bytes(word('c1')), keccak256(bytes(key)), [node]);
  t.is(other.verdict, 'rejected');
});

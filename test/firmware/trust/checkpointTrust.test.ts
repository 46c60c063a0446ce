/** L2: who must sign a checkpoint, what its block must say, and how a board follows those who sign. */
import test from 'ava';
import { merkleTree } from '../../../contracts/client/merkle.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { checkpointHash } from '../../../firmware/trust/checkpoint.js';
import { CheckpointTrust } from '../../../firmware/trust/checkpointTrust.js';
import { address, flipped, word } from '../../fakes/bytes.js';
import {
  CHAIN_ID,
  CheckpointProver,
  crypto,
  DEVICE,
  FLEET,
  keySet,
  type ModelState,
  SignedChain,
  signatures,
} from './signers.js';

const CHALLENGE = word(0xc1);
const SET = keySet(2, 1, 2, 3);
const STATE: ModelState = { fleet: FLEET, fleetEpoch: 3, keys: SET };

class Board {
  readonly chain = new SignedChain();
  readonly prover = new CheckpointProver();
  readonly bad: string[] = [];
  stored: Uint8Array | undefined;
  /** The power fails before the write after these. */
  writesLeft = Number.POSITIVE_INFINITY;
  trust!: CheckpointTrust;

  constructor() {
    this.boot();
  }

  boot(challenge = CHALLENGE): this {
    this.trust = new CheckpointTrust({
      crypto,
      chainId: CHAIN_ID,
      device: DEVICE,
      configuration: { fleet: FLEET, ...SET },
      challenge,
      provers: [this.prover],
      reader: this.chain,
      load: () => this.stored,
      save: record => {
        if (this.writesLeft-- === 0) throw new Error('cut');
        this.stored = record;
      },
      onBadAnswer: (_, code) => this.bad.push(code),
    });
    return this;
  }

  async head(): Promise<string> {
    const head = await this.trust.head();
    if (head.verdict === 'undetermined') return head.cause;
    return `${head.value.number}${head.value.fresh ? ' fresh' : ''}`;
  }
}

test('m of n keys sign a block; fewer, the same key twice, strangers or others’ words do not', async t => {
  for (const [secrets, expected] of [
    [[1, 2], '50'],
    [[3, 1], '50'],
    [[1, 2, 3], '50'],
    [[9, 1, 8, 2], '50'],
    [[1], 'no_quorum'],
    [[1, 1], 'no_quorum'],
    [[1, 9], 'no_quorum'],
    [[], 'no_quorum'],
  ] as const) {
    const board = new Board();
    board.prover.sign(board.chain.block(50, STATE), secrets);
    t.is(await board.head(), expected, `${secrets}`);
  }
});

test('a signature counts for one chain, fleet, epoch, number, hash, time and challenge: each changed alone is refused', async t => {
  const other: [string, Parameters<CheckpointProver['sign']>[2]][] = [
    ['fleet', { fleet: address(7) }],
    ['fleet epoch', { fleetEpoch: 4 }],
    ['number', { number: 51 }],
    ['hash', { blockHash: word(7) }],
    ['time', { timestamp: 1 }],
    ['challenge', { challenge: CHALLENGE }],
  ];
  for (const [what, fields] of other) {
    const board = new Board();
    const block = board.chain.block(50, STATE);
    const honest = {
      fleet: FLEET,
      fleetEpoch: 3,
      number: 50,
      blockHash: block.hash,
      timestamp: block.timestamp,
      challenge: word(0),
    };
    const signed = signatures(checkpointHash(crypto, CHAIN_ID, honest), [1, 2]);
    board.prover.serve({ checkpoint: { ...honest, ...fields }, path: new Uint8Array(0), signatures: signed });
    t.is(await board.head(), 'no_quorum', what);
    board.prover.serve({ checkpoint: honest, path: new Uint8Array(0), signatures: signed });
    t.is(await board.head(), '50', `the twin of ${what}`);
    board.prover.serve({
      checkpoint: honest,
      path: new Uint8Array(0),
      signatures: signatures(checkpointHash(crypto, 1, honest), [1, 2]),
    });
    board.boot();
    t.is(await board.head(), 'no_quorum', 'another chain');
  }
});

test('the signed block must say so too: its epoch, its time; and it must be there', async t => {
  const board = new Board();
  const block = board.chain.block(50, STATE);
  board.prover.sign(block, [1, 2], { fleetEpoch: 4 });
  t.is(await board.head(), 'no_quorum', 'signed, but the policy in it says 3');
  board.prover.sign(block, [1, 2], { timestamp: block.timestamp + 1 });
  t.is(await board.head(), 'no_quorum');
  board.prover.sign(block, [1, 2], { blockHash: word(9) });
  t.is(await board.head(), 'unreachable', 'nobody proves that block');
  board.prover.sign(block, [1, 2]);
  t.is(await board.head(), '50');
});

test('a checkpoint of an older fleet epoch than proven before is stale, over restarts', async t => {
  const board = new Board();
  board.prover.sign(board.chain.block(50, STATE), [1, 2]);
  await board.head();
  board.prover.sign(board.chain.block(51, { ...STATE, fleetEpoch: 2 }), [1, 2]);
  t.is(await board.boot().head(), 'stale');
  board.prover.sign(board.chain.block(52, { ...STATE, fleetEpoch: 4 }), [1, 2]);
  t.is(await board.boot().head(), '52');
});

test('it is fresh over this boot’s challenge, alone or under a root of many; over another it is not', async t => {
  const board = new Board();
  const block = board.chain.block(50, STATE);
  board.prover.sign(block, [1, 2], { challenge: CHALLENGE });
  t.is(await board.head(), '50 fresh');
  board.prover.sign(block, [1, 2], { challenge: word(0xc2) });
  t.is(await board.head(), '50');
  const leaves = [word(5), CHALLENGE, word(6), word(7), word(8)];
  const tree = merkleTree(
    leaves.map(leaf => toHex(crypto.keccak256(crypto.keccak256(leaf))) as `0x${string}`),
  );
  const challenge = fromHex(tree.root, 32)!;
  const path = new Uint8Array(Buffer.concat(tree.proof(1).map(node => fromHex(node, 32)!)));
  board.prover.sign(block, [1, 2], { challenge }, path);
  t.is(await board.head(), '50 fresh');
  for (const [what, wrong] of [
    ['no path', new Uint8Array(0)],
    ['a flipped bit', flipped(path, 9)],
    ['one too short', path.slice(32)],
    ['another leaf’s', new Uint8Array(Buffer.concat(tree.proof(2).map(node => fromHex(node, 32)!)))],
  ] as const) {
    board.prover.sign(block, [1, 2], { challenge }, wrong);
    t.is(await board.head(), '50', what);
  }
});

test('a board that slept through rotations follows them one by one, and a cut in between goes on from there', async t => {
  const board = new Board();
  const sets = [SET, keySet(2, 4, 5), keySet(1, 6), keySet(2, 7, 8, 9)];
  const signers = [[1, 2], [4, 5], [6]];
  for (let i = 0; i < 3; i++) board.prover.rotate(sets[i], sets[i + 1], signers[i]);
  board.prover.sign(board.chain.block(90, { ...STATE, keys: sets[3] }), [7, 9]);
  const genuine = new Map(board.prover.answers);
  const second = [...genuine.keys()].find((key, i) => i > 1 && key.includes('checkpoint-keys'))!;
  board.prover.answers.delete(second);
  t.is(await board.head(), 'no_quorum', 'one rotation is missing');
  board.prover.answers.set(second, genuine.get(second)!);
  t.is(await board.boot().head(), '90');
  t.is(board.prover.asked.filter(path => path === second).length, 2);
  board.prover.sign(board.chain.block(91, { ...STATE, keys: SET }), [1, 2]);
  t.is(await board.boot().head(), 'no_quorum', 'the first set speaks for nobody any more');
});

test('two fleets may share a set: a board is shown the successor in its own fleet, whatever the other does', async t => {
  const board = new Board();
  const [own, others] = [keySet(2, 4, 5), keySet(1, 6)];
  board.prover.rotate(SET, own, [1, 2]).rotate(SET, others, [1, 2], address(0xf2));
  board.prover.sign(board.chain.block(64, { ...STATE, keys: others }), [6]);
  t.is(await board.head(), 'no_quorum', 'the successor in the other fleet');
  board.prover.sign(board.chain.block(65, { ...STATE, keys: own }), [4, 5]);
  t.is(await board.head(), '65');
});

test('a set that was signed and never enacted strands nobody: the adopted set goes on speaking, over restarts', async t => {
  const board = new Board();
  const never = keySet(2, 4, 5);
  board.prover.rotate(SET, never, [1, 2]);
  // Somebody shows a checkpoint that only the tentative set signed, in a block whose policy names the old set.
  board.prover.sign(board.chain.block(60, STATE), [4, 5]);
  t.is(await board.head(), 'no_quorum');
  t.is(await board.boot().head(), 'no_quorum');
  board.prover.sign(board.chain.block(61, STATE), [1, 2]);
  t.is(await board.head(), '61');
  t.is(await board.boot().head(), '61');
  // Another set is signed in its place, and enacted.
  const enacted = keySet(2, 7, 8);
  board.prover.rotate(SET, enacted, [1, 3]);
  board.prover.sign(board.chain.block(62, { ...STATE, keys: enacted }), [7, 8]);
  t.is(await board.head(), '62');
  board.prover.sign(board.chain.block(63, STATE), [1, 2]);
  t.is(await board.boot().head(), 'no_quorum', 'the set before it speaks no more');
});

test('the power may fail at any write of a way along rotations: no set speaks before its block names it', async t => {
  const sets = [SET, keySet(2, 4, 5), keySet(1, 6), keySet(2, 7, 8, 9)];
  const signers = [[1, 2], [4, 5], [6]];
  const prepared = () => {
    const board = new Board();
    for (let i = 0; i < 3; i++) board.prover.rotate(sets[i], sets[i + 1], signers[i]);
    return board;
  };
  for (let cut = 0; cut < 4; cut++) {
    const board = prepared();
    board.writesLeft = cut;
    board.prover.sign(board.chain.block(90, { ...STATE, keys: sets[3] }), [7, 9]);
    await t.throwsAsync(board.head(), { message: 'cut' });
    board.writesLeft = Number.POSITIVE_INFINITY;
    board.prover.sign(board.chain.block(89, STATE), [6]);
    t.is(await board.boot().head(), 'no_quorum', `cut ${cut}: a set on the way does not speak`);
    board.prover.sign(board.chain.block(90, { ...STATE, keys: sets[3] }), [7, 9]);
    t.is(await board.boot().head(), '90', `cut ${cut}`);
  }
});

test('a rotation that the outgoing set did not sign is not followed', async t => {
  for (const [secrets, fleet, expected] of [
    [[1, 2], FLEET, '90'],
    [[1], FLEET, 'no_quorum'],
    [[4, 5], FLEET, 'no_quorum'],
    [[1, 2], address(7), 'no_quorum'],
  ] as const) {
    const board = new Board();
    const next = keySet(2, 4, 5);
    board.prover.rotate(SET, next, secrets, fleet);
    board.prover.sign(board.chain.block(90, { ...STATE, keys: next }), [4, 5]);
    t.is(await board.head(), expected);
  }
});

test('keys that a stronger head proves replace what was known, without anybody’s signature', async t => {
  const board = new Board();
  const next = keySet(2, 4, 5);
  const block = board.chain.block(80, { ...STATE, keys: next });
  const strong = { hash: block.hash, number: 80, level: 4 as const, finalized: true, basis: 'model' };
  board.prover.sign(board.chain.block(90, { ...STATE, keys: next }), [4, 5]);
  t.is(await board.head(), 'no_quorum');
  await board.trust.learn(strong);
  t.is(await board.head(), 'no_quorum', 'nobody shows the set behind the hash');
  board.prover.show(next);
  await board.trust.learn(strong);
  t.is(await board.head(), '90');
  board.prover.sign(board.chain.block(91, { ...STATE, keys: SET }), [1, 2]);
  t.is(await board.head(), 'no_quorum');
});

test('a board that changed its fleet follows the keys of the new one, from the block that says so', async t => {
  const board = new Board();
  const fleet = address(0xf2);
  const next = keySet(1, 6);
  board.prover.sign(board.chain.block(50, STATE), [1, 2]);
  await board.head();
  board.prover.show(next);
  const moved = board.chain.block(60, { fleet, fleetEpoch: 0, keys: next, former: STATE });
  board.prover.sign(moved, [1, 2], { fleet: FLEET, fleetEpoch: 3 });
  t.is(await board.head(), '60', 'the last act of the old keys');
  board.prover.sign(board.chain.block(61, { fleet, fleetEpoch: 0, keys: next }), [6]);
  t.is(await board.head(), '61');
  board.prover.sign(board.chain.block(62, STATE), [1, 2]);
  t.is(await board.head(), 'no_quorum');
});

test('a board that is sold while the keys of its fleet change follows them to the block that names the other fleet', async t => {
  const fleet = address(0xf2);
  const [changed, next] = [keySet(2, 4, 5), keySet(1, 6)];
  for (const [what, former, fleetEpoch, expected] of [
    ['the set is enacted', { fleetEpoch: 4, keys: changed }, 4, '60'],
    ['signed and never enacted', { fleetEpoch: 4, keys: SET }, 4, 'no_quorum'],
    ['another epoch than the policy has', { fleetEpoch: 4, keys: changed }, 5, 'no_quorum'],
  ] as const) {
    const board = new Board();
    board.prover.sign(board.chain.block(50, STATE), [1, 2]);
    t.is(await board.head(), '50');
    board.prover.rotate(SET, changed, [1, 2]).show(next);
    const sold = board.chain.block(60, { fleet, fleetEpoch: 0, keys: next, former });
    board.prover.sign(sold, [4, 5], { fleet: FLEET, fleetEpoch });
    t.is(await board.head(), expected, what);
    board.prover.sign(board.chain.block(61, { fleet, fleetEpoch: 0, keys: next, former }), [6]);
    t.is(await board.boot().head(), expected === '60' ? '61' : 'no_quorum', what);
  }
});

test('the same block is proven once', async t => {
  const board = new Board();
  board.prover.sign(board.chain.block(50, STATE), [1, 2]);
  await board.head();
  const { questions } = board.chain;
  board.prover.sign(board.chain.block(50, STATE), [2, 3], { challenge: CHALLENGE });
  t.is(await board.head(), '50 fresh');
  t.is(board.chain.questions, questions);
});

test('answers that are none leave everything as it is', async t => {
  const board = new Board();
  for (const bytes of [new Uint8Array(0), Uint8Array.of(0xc0), word(1)]) {
    board.prover.checkpoint = bytes;
    t.is(await board.head(), 'no_quorum');
  }
  board.prover.checkpoint = undefined;
  t.is(await board.head(), 'unsupported');
  t.is(board.stored, undefined);
});

/** Commands by a batch: one root for many boards, anchored in the Fleet's batch head, each leaf obeyed at most once. */
import test from 'ava';
import fc from 'fast-check';
import type { Hex } from '../../../contracts/addresses.js';
import { envelopeLeaf, merkleTree } from '../../../contracts/client/merkle.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { encodeRecord } from '../../../firmware/bytes/record.js';
import { Authority, type Envelope } from '../../../firmware/command/envelope.js';
import type { BatchLink, BatchProof } from '../../../firmware/command/wire.js';
import { encodeDelivery, parseDelivery } from '../../../firmware/command/wire.js';
import { merkleRoot } from '../../../firmware/proof/merklePath.js';
import { address, word } from '../../fakes/bytes.js';
import { Board, type Prepared } from './board.js';
import { crypto } from './modelChain.js';

/** A batch of `count` envelopes of which the board's is number `index`, the others being those of other boards. */
function batched(
  board: Board,
  fields: Partial<Envelope> = {},
  link: Partial<BatchLink> = {},
  [count, index] = [5, 3],
): { prepared: Prepared; proof: BatchProof } {
  const nonce = board.chain.state.batchNonce + 1;
  const prepared = board.envelope('once', { authority: Authority.batch, sequence: nonce, ...fields });
  const hashes = Array.from({ length: count }, (_, i) => (i === index ? prepared.hash : word(0x80 + i)));
  const tree = merkleTree(hashes.map(hash => envelopeLeaf(toHex(hash) as Hex)));
  const { notAfter, operator, class: commandClass } = prepared.envelope;
  const made = board.chain.batch(fromHex(tree.root, 32)!, {
    notAfter,
    operator,
    class: commandClass,
    ...link,
  });
  const path = tree.proof(index).map(sibling => fromHex(sibling, 32)!);
  return { prepared, proof: { path, previousHead: made.previousHead, later: [] } };
}

const withProof = (prepared: Prepared, batch: BatchProof, envelope = prepared.envelope): Prepared => ({
  ...prepared,
  bytes: encodeDelivery({ envelope, signature: new Uint8Array(0), batch }),
});

const ready = () => new Board().proveNow();

test('a leaf of a final batch is obeyed once; redelivered, its receipt is told', async t => {
  const board = await ready();
  const { prepared, proof } = batched(board);
  const delivery = withProof(prepared, proof);
  t.is(await board.deliver(delivery), 'undetermined level', 'not final yet');
  board.chain.finalise();
  t.is(await board.deliver(delivery), 'done');
  t.is(await board.deliver(delivery), 'rejected replayed');
  t.deepEqual(board.effects, ['once 1']);
});

test('batches since are brought along; a piece of them missing or changed leads nowhere', async t => {
  const board = await ready();
  const { prepared, proof } = batched(board);
  const later = [word(0x51), word(0x52)].map(root => board.chain.batch(root).link);
  board.chain.finalise();
  for (const wrong of [[], later.slice(1), later.slice(0, 1), [later[1], later[0]]]) {
    t.is(await board.deliver(withProof(prepared, { ...proof, later: wrong })), 'rejected not_anchored');
  }
  t.is(await board.deliver(withProof(prepared, { ...proof, later })), 'done');
});

test('whatever is changed in envelope or proof, no batch contains it; the untouched one is obeyed', async t => {
  const board = await ready();
  const { prepared, proof } = batched(board);
  board.chain.finalise();
  const { envelope } = prepared;
  const changed: Partial<Envelope>[] = [
    { sequence: 2 },
    { notAfter: envelope.notAfter + 1 },
    { class: 1 },
    { operator: address(0x66) },
    { salt: word(1) },
  ];
  for (const fields of changed) {
    const other = board.envelope('once', { ...envelope, ...fields });
    t.is(await board.deliver(withProof(other, proof)), 'rejected not_anchored', Object.keys(fields)[0]);
  }
  const proofs: Partial<BatchProof>[] = [
    { path: proof.path.slice(1) },
    { path: [...proof.path, word(1)] },
    { path: [] },
    { previousHead: word(9) },
  ];
  for (const fields of proofs) {
    t.is(await board.deliver(withProof(prepared, { ...proof, ...fields })), 'rejected not_anchored');
  }
  t.is(await board.deliver(prepared), 'rejected not_anchored', 'without any proof');
  t.is(await board.deliver(withProof(prepared, proof)), 'done');
});

test('its batch’s class and end are those of the root, whatever the envelope says', async t => {
  const board = await ready();
  const grave = batched(board, { action: 'test.grave', class: 1 }, { class: 0 });
  board.chain.finalise();
  t.is(await board.deliver(withProof(grave.prepared, grave.proof)), 'rejected not_anchored');
  const longer = batched(board, { notAfter: board.chain.now + 7200 }, { notAfter: board.chain.now + 3600 });
  board.chain.finalise();
  t.is(await board.deliver(withProof(longer.prepared, longer.proof)), 'rejected not_anchored');
  const routine = batched(board, { action: 'test.grave' });
  board.chain.finalise();
  t.is(await board.deliver(withProof(routine.prepared, routine.proof)), 'rejected class');
  const approved = batched(board, { action: 'test.grave', class: 1 });
  board.chain.finalise();
  t.is(await board.deliver(withProof(approved.prepared, approved.proof)), 'done');
});

test('an older batch than the one obeyed last is void, also after a restart', async t => {
  const board = await ready();
  const first = batched(board);
  const second = batched(board);
  const later = [batchLinkOf(second)];
  board.chain.finalise();
  t.is(await board.deliver(withProof(second.prepared, second.proof)), 'done');
  t.is(await board.deliver(withProof(first.prepared, { ...first.proof, later })), 'rejected void');
  board.boot();
  const now = board.link('again', { challenge: board.challenge });
  board.chain.finalise();
  await board.deliver(now);
  t.is(await board.deliver(withProof(first.prepared, { ...first.proof, later })), 'rejected void');
  const third = batched(board);
  board.chain.finalise();
  t.is(await board.deliver(withProof(third.prepared, third.proof)), 'done');
});

test('its time, epochs and params are checked, and what holds the board holds a batch', async t => {
  const board = await ready();
  const { now } = board.chain;
  const cases: [Partial<Envelope>, string][] = [
    [{ notAfter: now - 1 }, 'rejected expired'],
    [{ notBefore: now + 600 }, 'rejected not_yet'],
    [{ notAfter: now + 31 * 86_400 }, 'rejected void'],
    [{ epoch: 1 }, 'rejected void'],
    [{ params: Uint8Array.of(0xa0) }, 'rejected params'],
  ];
  for (const [fields, expected] of cases) {
    const { prepared, proof } = batched(board, fields);
    board.chain.finalise();
    t.is(await board.deliver(withProof(prepared, proof)), expected);
  }
  const { prepared, proof } = batched(board);
  board.chain.finalise().change({ paused: true });
  t.is(await board.deliver(withProof(prepared, proof)), 'undetermined paused');
  board.chain.change({ paused: false, fleetEpoch: 1 });
  t.is(await board.deliver(withProof(prepared, proof)), 'undetermined level');
  board.chain.finalise();
  t.is(await board.deliver(withProof(prepared, proof)), 'rejected void', 'of an older fleet epoch');
});

test('in a hand-over a batch is held; once it is over, an envelope of before is void, its twin of after runs', async t => {
  for (const [later, expected] of [
    [1, 'rejected void'],
    [0, 'done'],
  ] as const) {
    const board = await ready();
    const { owner } = board.chain.state;
    const { prepared, proof } = batched(board);
    const delivery = withProof(prepared, proof);
    board.chain.change({ owner: address(9) }).finalise();
    t.is(await board.deliver(delivery), 'undetermined handover');
    board.chain.change({ owner }).finalise();
    const since = prepared.envelope.notBefore + later;
    board.keeper.adoptTrust(new Uint8Array(0), { owner, epoch: 0, since });
    t.is(await board.deliver(delivery), expected);
  }
});

test('a batch cannot prove now', async t => {
  const board = await ready();
  board.boot();
  const { prepared, proof } = batched(board, { challenge: board.challenge });
  board.chain.finalise();
  t.is(await board.deliver(withProof(prepared, proof)), 'undetermined not_now');
  t.deepEqual(board.effects, []);
});

test('property: the root over any leaf’s path is the contracts’ tree; no other path leads there', t => {
  const value = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), fc.nat(), value, (values, n, stray) => {
      const index = n % values.length;
      const tree = merkleTree(values.map(one => envelopeLeaf(toHex(one) as Hex)));
      const path = tree.proof(index).map(sibling => fromHex(sibling, 32)!);
      t.is(toHex(merkleRoot(crypto, values[index], path)), tree.root);
      t.not(toHex(merkleRoot(crypto, values[index], [...path, stray])), tree.root);
    }),
    { numRuns: 100 },
  );
});

test('what comes with an envelope is a whole proof within its limits, or the delivery is malformed', t => {
  const board = new Board();
  const { prepared, proof } = batched(board);
  const link = batchLinkOf({ prepared, proof });
  const parsed = (batch: BatchProof, fields: Partial<Envelope> = {}) =>
    parseDelivery(withProof(prepared, batch, { ...prepared.envelope, ...fields }).bytes).verdict;
  t.is(parsed(proof), 'accepted');
  t.is(parsed({ ...proof, later: Array<BatchLink>(24).fill(link) }), 'accepted');
  t.is(parsed({ ...proof, later: Array<BatchLink>(33).fill(link) }), 'rejected');
  t.is(parsed({ ...proof, path: Array<Uint8Array>(20).fill(word(1)) }), 'accepted');
  t.is(parsed({ ...proof, path: Array<Uint8Array>(21).fill(word(1)) }), 'rejected');
  t.is(parsed({ ...proof, previousHead: new Uint8Array(31) }), 'rejected');
  t.is(parsed(proof, { authority: Authority.direct }), 'rejected', 'only a batch has one');
  const envelope = new Uint8Array(0);
  t.is(parseDelivery(encodeRecord([[envelope], envelope, [envelope]])).verdict, 'rejected');
});

/** The batch that a prepared envelope is in. */
const batchLinkOf = ({ prepared: { envelope, hash }, proof }: ReturnType<typeof batched>): BatchLink => ({
  nonce: envelope.sequence,
  root: merkleRoot(crypto, hash, proof.path),
  notAfter: envelope.notAfter,
  fleetEpoch: envelope.fleetEpoch,
  operator: envelope.operator,
  class: envelope.class,
});

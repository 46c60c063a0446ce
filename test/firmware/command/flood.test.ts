/** Floods of envelopes that parse: the chain is asked as often as the budget allows, and genuine orders run. */
import test from 'ava';
import { numberToBytes } from '../../../firmware/bytes/bigEndian.js';
import { Authority } from '../../../firmware/command/envelope.js';
import { DIRECT_INBOX, UNQUEUED_INBOX } from '../../../firmware/command/inbox.js';
import { UNNAMED_PROOF_EVERY_MS } from '../../../firmware/command/proofBudget.js';
import type { BlockTag } from '../../../firmware/trust/level.js';
import { word } from '../../fakes/bytes.js';
import { Board, type Prepared } from './board.js';

const PROOF_EVERY_MS = UNNAMED_PROOF_EVERY_MS.production;

/** A board that proved now, with the budget of a real one, and the readings that it made since. */
async function flooded() {
  const board = new Board();
  board.unnamedProofEveryMs = PROOF_EVERY_MS;
  board.boot();
  await board.proveNow();
  board.clock.advance(PROOF_EVERY_MS);
  const readings: BlockTag[] = [];
  const facts = board.chain.facts.bind(board.chain);
  board.chain.facts = (tag, ...rest) => {
    readings.push(tag);
    return facts(tag, ...rest);
  };
  return { board, readings };
}

let salt = 0;
const junk = (board: Board, fields: Partial<Prepared['envelope']> = {}): Prepared =>
  board.envelope('once', { salt: numberToBytes(++salt, 32), ...fields });

/** Delivers without waiting for an answer, then lets the board work. */
async function send(board: Board, all: readonly Prepared[]): Promise<number> {
  const taken = all.filter(({ bytes }) => board.commands.take(bytes)).length;
  await board.commands.work();
  return taken;
}

test('of a thousand envelopes that no link names a fixed number waits, and one proof serves them all', async t => {
  const { board, readings } = await flooded();
  const all = Array.from({ length: 1000 }, () => junk(board));
  t.is(await send(board, all), DIRECT_INBOX.envelopesMax);
  t.deepEqual(readings, ['finalized', 'latest'], 'one proof: the final block and the newest');
  t.is(await send(board, all), DIRECT_INBOX.envelopesMax);
  t.is(readings.length, 2, 'the next waits');
  t.is(board.commands.deferredMs, PROOF_EVERY_MS);
  board.clock.advance(PROOF_EVERY_MS);
  await board.commands.work();
  t.is(readings.length, 4);
  t.is(board.commands.deferredMs, undefined, 'nothing is left of it');
});

test('in a minute of junk the chain is asked six times, and an order that no walk has seen runs within ten seconds', async t => {
  const { board, readings } = await flooded();
  let order: Prepared | undefined;
  let sentAt = 0;
  let ranAt = 0;
  for (let second = 0; second < 60; second++) {
    if (second === 31) {
      order = board.link('once');
      board.chain.finalise();
      sentAt = board.clock.monotonic();
    }
    await send(
      board,
      Array.from({ length: 100 }, () => junk(board)),
    );
    // Its sender delivers it again as long as it is told busy.
    if (order && ranAt === 0) await send(board, [order]);
    if (ranAt === 0 && board.effects.length > 0) ranAt = board.clock.monotonic();
    board.clock.advance(1000);
    if (board.commands.deferredMs === 0) await board.commands.work();
  }
  t.deepEqual(board.effects.length, 1);
  t.true(ranAt - sentAt <= 10_000, `${ranAt - sentAt} ms`);
  t.true(readings.length <= 2 * 8, `${readings.length / 2} proofs`);
});

test('an order that a walked link names waits for nobody: not for room, not for the budget, in no queue', async t => {
  const { board, readings } = await flooded();
  const order = board.link('once');
  board.chain.finalise();
  await send(board, [junk(board)]);
  const before = readings.length;
  t.is(
    await send(board, [...Array.from({ length: 500 }, () => junk(board)), order]),
    DIRECT_INBOX.envelopesMax + 1,
  );
  t.deepEqual(board.effects, [`once ${order.envelope.sequence}`]);
  t.is(readings.length, before + 2);
});

test('eight envelopes of lower sequences do not push out what a link names', async t => {
  const { board } = await flooded();
  const order = board.link('once');
  board.chain.finalise();
  board.chain.change({ paused: true });
  t.is(await board.deliver(order), 'undetermined paused');
  board.clock.advance(PROOF_EVERY_MS);
  for (let round = 0; round < 3; round++) {
    await send(
      board,
      Array.from({ length: 20 }, () => junk(board, { sequence: order.envelope.sequence })),
    );
    board.clock.advance(PROOF_EVERY_MS);
  }
  board.chain.change({ paused: false });
  board.chain.finalise();
  await board.retry();
  t.deepEqual(board.effects, [`once ${order.envelope.sequence}`]);
});

test('a captured order that waits already makes no board look again and again', async t => {
  const { board, readings } = await flooded();
  const order = board.link('once');
  board.chain.finalise();
  board.chain.change({ paused: true });
  await board.deliver(order);
  await board.deliver(order);
  const before = readings.length;
  for (let i = 0; i < 100; i++) await board.deliver(order);
  t.is(readings.length, before);
});

test('while the chain cannot be read it is asked once in a second at most, and read again an order runs', async t => {
  const { board } = await flooded();
  let asked = 0;
  const honest = board.chain.facts;
  board.chain.facts = async () => {
    asked++;
    return { verdict: 'undetermined', cause: 'unreachable', evidence: 'nobody answers' };
  };
  for (let second = 0; second < 10; second++) {
    for (let i = 0; i < 20; i++) await send(board, [junk(board)]);
    board.clock.advance(1000);
  }
  t.true(asked > 1 && asked <= 10, `${asked}`);
  board.chain.facts = honest;
  const order = board.link('once');
  board.chain.finalise();
  await board.retry();
  await send(board, [order]);
  t.deepEqual(board.effects, [`once ${order.envelope.sequence}`]);
});

test('under a flood of every kind the chain is asked once in ten seconds for all of them, and each kind has its turn', async t => {
  const { board, readings } = await flooded();
  const proof = { path: [], previousHead: word(9), later: [] };
  const batches = () =>
    Array.from({ length: 50 }, () =>
      board.batched(junk(board, { authority: Authority.batch }).envelope, proof),
    );
  const orders = () => Array.from({ length: 50 }, () => junk(board));
  t.is(await send(board, batches()), UNQUEUED_INBOX.envelopesMax);
  t.is(readings.length, 2, 'one proof for those outside the queue');
  await send(board, orders());
  t.is(readings.length, 2, 'and none beside it');
  const order = board.link('once');
  board.chain.finalise();
  let places = 0;
  for (let turn = 1; turn <= 6; turn++) {
    board.clock.advance(PROOF_EVERY_MS);
    const before = readings.length;
    places += (await send(board, [...batches(), ...orders(), order])) - DIRECT_INBOX.envelopesMax;
    // The walk of the second turn finds the order that it was made for, and costs nothing.
    t.is(readings.length - before, turn === 2 ? 4 : 2, 'one proof');
    if (turn === 2) t.deepEqual(board.effects, [`once ${order.envelope.sequence}`]);
  }
  t.is(places, 4, 'of seven proofs, those of batches that gave a place free before the last turn');
});

/** A board that restarted while so many orders wait, the last of which carries its new challenge. */
async function restarted(count: number) {
  const board = await new Board().proveNow();
  board.unnamedProofEveryMs = PROOF_EVERY_MS;
  board.boot();
  const waiting = Array.from({ length: count }, () => board.link('once'));
  const proof = board.link('once', { challenge: board.challenge });
  board.chain.finalise();
  board.effects = [];
  const round = async (all: readonly Prepared[]) => {
    await send(board, all);
    board.clock.advance(PROOF_EVERY_MS);
    await board.commands.work();
  };
  /** The orders without a receipt. */
  const unreceipted = () => [...waiting, proof].filter(({ hash }) => !board.ledger.receiptFor(hash));
  return { board, round, unreceipted };
}

test('the order that shows a restarted board the time finds room behind more orders than the room holds', async t => {
  const { board, round, unreceipted } = await restarted(44);
  for (let i = 0; i < 10; i++) await round(unreceipted());
  t.is(board.effects.length, 45);
});

test('junk that carries the challenge of a restarted board keeps the order that shows it the time out for no longer than a proof', async t => {
  const { board, round, unreceipted } = await restarted(44);
  const flood = (sequence: number) =>
    Array.from({ length: 20 }, () => junk(board, { challenge: board.challenge, sequence }));
  for (let i = 0; i < 60; i++) {
    await round([...flood(3), ...flood(90), ...unreceipted(), ...flood(3)]);
  }
  t.is(board.effects.length, 45);
});

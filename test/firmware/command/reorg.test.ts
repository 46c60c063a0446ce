/** Actions that tolerate a reorganisation run early; when the chain takes it back, the board says so and repeats nothing. */
import test from 'ava';
import { Board, short } from './board.js';

const ready = () => new Board().proveNow();

test('an action that tolerates a reorganisation runs before it is final, others do not', async t => {
  const board = await ready();
  const loose = board.link('loose');
  const once = board.link('once');
  t.is(await board.deliver(loose), 'done');
  t.is(await board.deliver(once), 'undetermined level');
  t.deepEqual(board.effects, ['loose 2']);
  board.chain.finalise();
  t.deepEqual(await board.retry(), ['done']);
  t.deepEqual(board.effects, ['loose 2', 'once 3']);
});

test('taken back, it is receipted reorged; linked anew it does not run again; another one there runs', async t => {
  const board = await ready();
  const first = board.link('loose');
  t.is(await board.deliver(first), 'done');
  board.chain.reorganise(1);

  const other = board.link('loose', { salt: new Uint8Array(32).fill(1) });
  t.is(await board.deliver(other), 'done');
  t.is(board.about(first), 'done, reorged reorged');
  t.deepEqual(board.effects, ['loose 2', 'loose 2'], 'two envelopes of the same sequence');

  board.chain.reorganise(2);
  board.relink(first);
  const next = board.link('loose');
  t.is(await board.deliver(next), 'done');
  t.is(board.about(other), 'done, reorged reorged');
  t.deepEqual(board.effects, ['loose 2', 'loose 2', 'loose 3'], 'the first envelope did not run again');
  t.is(await board.deliver(first), 'rejected replayed');
});

test('nobody need ask: the board finds by itself that what ran was taken back, or became final', async t => {
  for (const taken of [true, false]) {
    const board = await ready();
    const read = board.link('loose');
    await board.deliver(read);
    t.true(board.commands.waiting, 'it may still be taken back');
    if (taken) board.chain.reorganise(1);
    board.chain.mine(3).finalise();
    const before = board.said.length;
    await board.commands.retry();
    t.deepEqual(board.said.slice(before).map(short), taken ? ['reorged reorged'] : []);
    t.false(board.commands.waiting);
    t.is(board.ledger.settled.sequence, taken ? 1 : 2);
  }
});

test('a final block that is older than what ran takes nothing back', async t => {
  const board = await ready();
  board.chain.mine(2);
  await board.deliver(board.link('loose'));
  board.chain.finalise(board.chain.tip.number - 1);
  t.deepEqual(await board.retry(), []);
  t.is(board.ledger.position.sequence, 2);
});

test('nor does it where the envelope of a later link is missing; a newer one without it does', async t => {
  for (const isTaken of [false, true]) {
    const board = await ready();
    board.chain.mine(2);
    const ran = board.link('loose');
    board.link('loose');
    t.is(await board.deliver(ran), 'done');
    if (isTaken) board.chain.reorganise(2).mine(2);
    board.chain.finalise(board.chain.tip.number - (isTaken ? 0 : 2));
    await board.retry();
    t.is(board.about(ran), isTaken ? 'done, reorged reorged' : 'done');
  }
});

test('after a fork the links are found in whatever blocks they lie now', async t => {
  const board = await ready();
  board.chain.mine(1);
  const first = board.link('loose');
  board.chain.mine(5);
  t.is(await board.deliver(first), 'done');
  board.chain.reorganise(7);
  // The same height again, but the command in an earlier block than the one it was read in.
  const other = board.link('loose', { salt: new Uint8Array(32).fill(2) });
  board.chain.mine(8);
  t.is(await board.deliver(other), 'done');
  t.is(board.about(first), 'done, reorged reorged');
});

test('what ran and was taken back stays remembered until its sequence is final, and blocks nobody', async t => {
  const board = await ready();
  const [a, b, c] = [board.link('loose'), board.link('loose'), board.link('loose')];
  for (const command of [a, b, c]) t.is(await board.deliver(command), 'done');
  board.chain.reorganise(3);
  const instead = board.link('once', { salt: new Uint8Array(32).fill(1) });
  board.chain.finalise();
  t.is(await board.deliver(instead), 'done');
  t.deepEqual(
    board.ledger.ran.map(({ sequence }) => sequence),
    [3, 4],
    'what the final link replaced needs no memory any more',
  );
  t.regex(board.about(c), /done, reorged reorged$/);
  board.relink(b);
  board.relink(c);
  const next = board.link('once');
  board.chain.finalise();
  t.is(await board.deliver(next), 'done', 'the queue does not wait for envelopes that ran already');
  t.deepEqual(board.effects, ['loose 2', 'loose 3', 'loose 4', 'once 2', 'once 5']);
});

test('what a fork left in place is not receipted, and what it took is receipted once however often it forks', async t => {
  const board = await ready();
  const kept = board.link('loose');
  const taken = board.link('loose');
  for (const command of [kept, taken]) await board.deliver(command);
  for (const n of [1, 2]) {
    board.chain.reorganise(1);
    const other = board.link('loose', { salt: new Uint8Array(32).fill(n) });
    t.is(await board.deliver(other), 'done');
  }
  t.is(board.about(kept), 'done');
  t.is(board.about(taken).replace(/undetermined withheld, /g, ''), 'done, reorged reorged');
});

test('a chain that returns to its former branch costs no second run', async t => {
  const board = await ready();
  const first = board.link('loose');
  await board.deliver(first);
  board.chain.reorganise(1);
  await board.deliver(board.link('loose', { salt: new Uint8Array(32).fill(1) }));
  board.chain.reorganise(1);
  board.relink(first);
  const next = board.link('once');
  board.chain.finalise();
  t.is(await board.deliver(next), 'done');
  t.deepEqual(board.effects, ['loose 2', 'loose 2', 'once 3']);
});

test('no more than eight run ahead of finality, then the next waits for it', async t => {
  const board = await ready();
  for (let i = 0; i < 8; i++) t.is(await board.deliver(board.link('loose')), 'done');
  const ninth = board.link('loose');
  t.is(await board.deliver(ninth), 'undetermined level');
  board.chain.finalise();
  t.deepEqual(await board.retry(), ['done']);
  t.is(board.ledger.ran.length, 0);
});

test('receipts count and chain through it all', async t => {
  const board = await ready();
  const first = board.link('loose');
  await board.deliver(first);
  board.chain.reorganise(1);
  await board.deliver(board.link('loose', { salt: new Uint8Array(32).fill(1) }));
  const receipts = board.said.flatMap(({ receipt }) => (receipt ? [receipt.receipt] : []));
  t.deepEqual(
    receipts.map(({ counter, outcome }) => `${counter} ${outcome}`),
    ['2 done', '3 reorged', '4 done'],
  );
  t.true(receipts.every(({ previous }) => previous.some(byte => byte !== 0)));
});

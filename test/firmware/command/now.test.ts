/** Now: after a restart an old head could pass for new, so hardly anything runs before a link carries the challenge. */
import test from 'ava';
import { encodeParams } from '../../../firmware/app/params.js';
import { word } from '../../fakes/bytes.js';
import { Board } from './board.js';

test('before now is proven only what opted in runs; a link with the challenge proves it for the whole queue', async t => {
  const board = new Board();
  const early = board.link('early');
  const once = board.link('once');
  board.chain.finalise();
  t.is(await board.deliver(early), 'done');
  t.is(await board.deliver(once), 'undetermined not_now');
  t.is(await board.deliver(board.link('again', { challenge: word(0x55) })), 'undetermined level');
  board.chain.finalise();
  t.deepEqual(await board.retry(), ['undetermined withheld'], 'a challenge of another boot proves nothing');
  const proof = board.link('again', { challenge: board.challenge });
  board.chain.finalise();
  t.is(await board.deliver(proof), 'done');
  t.deepEqual(board.effects, ['early 1', 'once 2', 'again 3', 'again 4']);
});

test('the challenge lasts for one boot', async t => {
  const board = await new Board().proveNow();
  board.boot();
  const once = board.link('once');
  board.chain.finalise();
  t.is(await board.deliver(once), 'undetermined not_now');
  const proof = board.link('once', { challenge: board.challenge });
  board.chain.finalise();
  t.is(await board.deliver(proof), 'done');
  t.deepEqual(board.effects, ['once 2', 'once 3']);
});

test('an envelope that carries the challenge but is not linked proves nothing', async t => {
  const board = new Board();
  const once = board.link('once');
  board.chain.finalise();
  const forged = board.envelope('again', { challenge: board.challenge, sequence: 1 });
  t.is(await board.deliver(forged), 'rejected not_anchored');
  t.is(await board.deliver(once), 'undetermined not_now');
  t.false(board.floors.nowProven(1));
});

test('before now an undelivered envelope does not expire, since the clock is only a floor', async t => {
  const board = await new Board().proveNow();
  board.boot();
  board.link('once');
  const next = board.link('once', { notAfter: board.chain.now + 90_000 });
  board.chain.mine(1, 5000).finalise();
  t.is(await board.deliver(next), 'undetermined withheld');
  const proof = board.link('once', { challenge: board.challenge, notAfter: board.chain.now + 90_000 });
  board.chain.finalise();
  await board.deliver(proof);
  t.deepEqual(board.effects, ['once 3', 'once 4']);
});

test('floors survive a restart: an older final block is stale until the fresh challenge is answered', async t => {
  const board = await new Board().proveNow();
  board.chain.mine(10).finalise();
  await board.deliver(board.link('once'));
  board.chain.finalise();
  await board.retry();
  board.boot();
  const early = board.link('early');
  board.chain.finalise(2);
  t.is(await board.deliver(early), 'undetermined stale');
  board.chain.finalise();
  t.deepEqual(await board.retry(), ['done']);
});

test('a forged head of the far future locks out nobody: after a restart the challenge resets floors and clock', async t => {
  const board = await new Board().proveNow();
  const forged = board.link('once', { notAfter: board.chain.now + 29 * 86_400 });
  board.chain.mine(1, 20 * 86_400).finalise();
  t.is(await board.deliver(forged), 'done', 'a quorum lied about the time, and the board believed it');
  board.boot();
  // The honest chain never had that block.
  board.chain.reorganise(1);
  const honest = board.link('once');
  board.chain.finalise();
  t.is(await board.deliver(honest), 'undetermined stale');
  const proof = board.link('once', { challenge: board.challenge });
  board.chain.finalise();
  t.is(await board.deliver(proof), 'done');
  t.is(board.about(honest).split(', ').pop(), 'done');
});

test('a lost journal is born anew with the next proof of now; what began before it is refused', async t => {
  const before = await new Board().proveNow();
  const old = before.link('once');
  before.chain.finalise();
  t.is(await before.deliver(old), 'done');
  before.flash.wipe('journal');
  const board = new Board({ chain: before.chain, flash: before.flash, blank: false });
  t.is(board.ledger.birth, undefined);
  const early = board.link('early');
  board.chain.finalise();
  t.is(await board.deliver(early), 'undetermined not_now', 'not even what opted in');
  t.deepEqual(board.effects, []);

  const proof = board.link('again', { challenge: board.challenge });
  board.chain.finalise();
  t.is(await board.deliver(proof), 'undetermined not_now');
  t.is(board.ledger.birth, board.chain.now);
  t.is(board.ledger.position.sequence, 4, 'what was linked before is behind it');
  t.is(await board.deliver(old), 'rejected replayed', 'never again, though its receipt is gone');

  const backdated = board.link('once', { notBefore: board.chain.now - 100 });
  const begun = board.link('once', { notBefore: board.chain.now });
  board.chain.finalise();
  t.is(await board.deliver(backdated), 'refused void');
  t.is(await board.deliver(begun), 'done');
  t.deepEqual(board.effects, ['once 6']);
  t.is(board.said.pop()?.receipt?.receipt.storeBirth, board.ledger.birth);
});

test('the new birth needs no link but the one with the challenge', async t => {
  const board = new Board({ blank: false });
  for (let i = 0; i < 40; i++) board.chain.append(word(i));
  const honest = board.chain.linkSources.bind(board.chain);
  board.chain.linkSources = (from, to) =>
    honest(from, to).map(source => async (sequence, count) => (sequence < 35 ? [] : source(sequence, count)));
  const proof = board.link('again', { challenge: board.challenge });
  board.chain.finalise();
  t.is(await board.deliver(proof), 'undetermined not_now');
  t.is(board.ledger.position.sequence, 41);
});

/** A board that ran three commands, one of them after the copy of its flash was made. */
async function putBack() {
  const board = await new Board().proveNow();
  const copy = board.flash.clone();
  const ran = board.link('once');
  board.chain.finalise();
  await board.deliver(ran);
  const { receiptCounter } = board.ledger;
  board.effects = [];
  return { board, copy, ran, receiptCounter };
}

test('a flash put back whole is a lost journal to whoever knows a later receipt: nothing runs twice', async t => {
  const { board, copy, ran, receiptCounter } = await putBack();
  board.boot(copy);
  t.true(board.ledger.receiptCounter < receiptCounter);
  const order = board.link('once', { challenge: board.challenge, receipts: receiptCounter });
  board.chain.finalise();
  t.is(await board.deliver(order), 'undetermined not_now');
  t.is(board.ledger.birth, board.chain.now);
  t.is(await board.deliver(ran), 'rejected replayed');
  t.deepEqual(board.effects, []);
  const next = board.link('once', { notBefore: board.chain.now, receipts: 0 });
  board.chain.finalise();
  t.is(await board.deliver(next), 'done', 'the new journal counts from zero');
  t.like(board.said.filter(({ receipt }) => receipt).pop()?.receipt?.receipt, {
    counter: 1,
    storeBirth: board.ledger.birth,
  });
});

test('its twin: the same order to the board that has all its receipts runs', async t => {
  const { board, receiptCounter } = await putBack();
  board.boot();
  const order = board.link('once', { challenge: board.challenge, receipts: receiptCounter });
  board.chain.finalise();
  t.is(await board.deliver(order), 'done');
  t.is(board.ledger.birth, 0);
  t.is(board.ledger.receiptCounter, receiptCounter + 1);
});

test('a greater counter without the challenge, or on a block that is not final, begins no journal', async t => {
  const { board, receiptCounter } = await putBack();
  const known = receiptCounter + 1;
  const other = board.link('once', { receipts: known });
  board.chain.finalise();
  t.is(await board.deliver(other), 'done', 'it may have been made for another journal');
  const order = board.link('loose', { challenge: board.challenge, receipts: known + 5 });
  t.is(await board.deliver(order), 'undetermined not_now');
  t.is(board.ledger.birth, 0);
  board.chain.finalise();
  t.deepEqual(await board.retry(), []);
  t.is(board.ledger.birth, board.chain.now);
});

test('the framework’s own order for it does nothing else, and runs before now; without the challenge it proves nothing', async t => {
  const board = new Board();
  const now = { action: 'holdfast.now', params: encodeParams({}) };
  const once = board.link('once');
  const bare = board.link('now', now);
  board.chain.finalise();
  t.is(await board.deliver(once), 'undetermined not_now');
  t.is(await board.deliver(bare), 'undetermined withheld', 'the order before it still waits');
  const proof = board.link('now', { ...now, challenge: board.challenge });
  board.chain.finalise();
  t.is(await board.deliver(proof), 'done');
  t.deepEqual(board.effects, ['once 1']);
  t.true(board.floors.nowProven(1));
});

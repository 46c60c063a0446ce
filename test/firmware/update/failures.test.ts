/** Three failures in a row of a confirmed image: the image before, or recovery; never the same again. */
import test from 'ava';
import { offerOf, wanting } from './release.js';
import { UpdateBoard } from './updateBoard.js';

async function started(): Promise<UpdateBoard> {
  const board = new UpdateBoard();
  await board.start();
  return board;
}

/** A board that ran the update for a while, and then failed three times in a row. */
async function failedAfterUpdate(board: UpdateBoard): Promise<void> {
  if ((await board.deliver()) !== 'accepted, restart update') throw new Error('it was not updated');
  await board.start();
  board.failures = 3;
  await board.start();
  board.failures = 0;
}

test('three failures of a confirmed update reach the image before it, for good, and its twin with two failures stays', async t => {
  const board = await started();
  await failedAfterUpdate(board);
  t.is(board.version, 1);
  t.deepEqual([board.boot.running.state, board.boot.idle, board.settled], ['confirmed', 'failed', 'nothing']);
  for (let i = 0; i < 3; i++) {
    await board.start();
    t.is(board.version, 1, 'it does not go back by itself');
  }
  t.is(await board.deliver(), 'rejected replayed', 'nor by the offer that the broker keeps');

  const twin = await started();
  t.is(await twin.deliver(), 'accepted, restart update');
  await twin.start();
  twin.failures = 2;
  await twin.start();
  t.deepEqual([twin.version, twin.boot.idle], [2, 'confirmed']);
});

test('a version that failed is refused when its receipt is gone too, and another one is installed over it', async t => {
  const board = await started();
  await failedAfterUpdate(board);
  board.ledger.receiptFor = () => undefined;
  t.is(await board.deliver(), 'rejected replayed');
  board.offer = offerOf(board.images.get(3)!, 3);
  board.facts = wanting(board.offer);
  board.served = board.images.get(3);
  t.is(await board.deliver(), 'accepted, restart update');
  await board.start();
  t.deepEqual([board.version, board.boot.idle], [3, 'confirmed']);
});

test('where the floor condemned the image before, three failures lead to recovery, which takes an update', async t => {
  const board = new UpdateBoard();
  board.facts = wanting(board.offer, { channel: { floor: 2 } });
  await board.start();
  await failedAfterUpdate(board);
  t.deepEqual([board.version, board.boot.running.state], [2, 'recovery']);
  board.offer = offerOf(board.images.get(3)!, 3);
  board.facts = wanting(board.offer, { channel: { floor: 2 } });
  board.served = board.images.get(3);
  t.is(await board.deliver(), 'accepted, restart update');
  await board.start();
  t.deepEqual([board.version, board.boot.running.state], [3, 'confirmed']);
});

test('a download over the image before leaves nothing to go back to, though that was confirmed', async t => {
  const board = await started();
  t.is(await board.deliver(), 'accepted, restart update');
  await board.start();
  t.is(board.boot.idle, 'confirmed');
  // Whole, approved by nobody yet, and never started.
  const idle = board.memory.open('slotA');
  for (let at = 0; at < idle.size; at += idle.sectorSize) idle.erase(at);
  idle.write(0, board.images.get(3)!);
  board.failures = 3;
  await board.start();
  t.deepEqual([board.version, board.boot.running.state], [2, 'recovery']);
});

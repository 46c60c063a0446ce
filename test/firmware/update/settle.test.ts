/** Updates that were never confirmed, and run all the same, where a bootloader starts whatever is whole. */
import test from 'ava';
import { UpdateBoard } from './updateBoard.js';

test('an image that never confirmed receipts nothing in recovery; its twin that confirmed, and was cut, does', async t => {
  for (const [state, settled, receipts] of [
    ['recovery', 'nothing', []],
    ['confirmed', 'confirmed', ['done']],
  ] as const) {
    const board = new UpdateBoard();
    await board.start();
    t.is(await board.deliver(), 'accepted, restart update');
    board.startsAs = state;
    await board.start();
    t.is(board.version, 2);
    t.is(board.settled, settled, state);
    t.deepEqual(board.receipts, [...receipts]);
    t.is(board.progress === undefined, state === 'confirmed', 'what is not settled stays written');
  }
});

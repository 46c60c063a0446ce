import assert from 'node:assert/strict';
import test from 'node:test';
import { testBoard } from 'holdfast/testing';
import lock from './app.js';

test('it falls shut in time, once the door was used, without power, and when it is reported stolen', async () => {
  const board = testBoard(lock);
  const useDoor = async () => {
    for (const contact of [1, 0]) {
      board.input(5, contact);
      await board.advance(100);
    }
  };
  board.input(5, 0);
  for (const end of [() => board.advance(5000), useDoor, () => board.powerCut(), () => board.lock()]) {
    const { outcome } = await board.order('lock.open', { seconds: 5 });
    assert.equal(outcome, 'done');
    assert.equal(board.output(4), 1);
    await end();
    assert.equal(board.output(4), 0);
  }
});

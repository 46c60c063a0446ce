import assert from 'node:assert/strict';
import test from 'node:test';
import { testBoard } from 'holdfast/testing';
import relay from './app.js';

test('it switches, and is off after a power cut and when it is locked', async () => {
  const board = testBoard(relay);
  assert.equal(board.output(4), 0);
  assert.equal((await board.order('relay.set', { on: true })).outcome, 'done');
  assert.equal(board.output(4), 1);
  assert.deepEqual(board.state(), { on: true });
  await board.powerCut();
  assert.equal(board.output(4), 0);
  await board.order('relay.set', { on: true });
  board.lock();
  assert.equal(board.output(4), 0);
});

test('it refuses what its schema does not name', async () => {
  const board = testBoard(relay);
  for (const params of [{}, { on: 1 }, { on: true, for: 5 }]) {
    assert.deepEqual(await board.order('relay.set', params), { outcome: 'refused', code: 'params' });
  }
  assert.equal(board.output(4), 0);
});

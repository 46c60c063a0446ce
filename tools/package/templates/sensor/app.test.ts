import assert from 'node:assert/strict';
import test from 'node:test';
import { testBoard } from 'holdfast/testing';
import sensor from './app.js';

test('it reads each second, keeps ten readings, and raises its alarm above the limit', async () => {
  const board = testBoard(sensor);
  board.input(34, 100);
  await board.advance(3000);
  assert.deepEqual(await board.order('sensor.read'), {
    outcome: 'done',
    result: { readings: [100, 100, 100], alarm: false },
  });
  await board.order('sensor.limit', { value: 99 });
  await board.advance(20_000);
  assert.equal(board.output(2), 1);
  assert.equal(board.busy(), true);
  assert.deepEqual(board.log, ['app warning: alarm: 100 is above 99']);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { testBoard } from 'holdfast/testing';
import sensor from './app.js';

test('it reports each minute what it reads, and its alarm when that changes, above the limit that the owner set', async () => {
  const board = testBoard(sensor);
  board.input(34, 100);
  await board.advance(120_000);
  assert.deepEqual(board.reports, [
    { name: 'alarm', value: false },
    { name: 'level', value: 100 },
    { name: 'level', value: 100 },
  ]);
  await board.order('holdfast.config', { set: { limit: 99 } });
  await board.advance(2000);
  assert.deepEqual(board.reports.slice(3), [{ name: 'alarm', value: true }]);
  assert.deepEqual([board.output(2), board.busy(), board.state()], [1, true, { alarm: true }]);
  assert.deepEqual(await board.order('sensor.read'), {
    outcome: 'done',
    result: { level: 100, alarm: true },
  });
});

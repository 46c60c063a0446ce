import assert from 'node:assert/strict';
import test from 'node:test';
import { testBoard } from 'holdfast/testing';
import blank from './app.js';

test('it answers, and refuses what its schema does not name', async () => {
  const board = testBoard(blank);
  assert.deepEqual(await board.order('blank.hello', { name: 'Ada' }), {
    outcome: 'done',
    result: { hello: 'Ada' },
  });
  assert.deepEqual(await board.order('blank.hello', { nam: 'Ada' }), { outcome: 'refused', code: 'params' });
  assert.deepEqual(board.log, ['app: Ada says hello']);
});

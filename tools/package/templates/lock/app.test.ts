import assert from 'node:assert/strict';
import test from 'node:test';
import { testBoard } from 'holdfast/testing';
import lock from './app.js';

test('two operators open it within a minute, one alone never, and it falls shut by every way', async () => {
  const board = testBoard(lock);
  const open = async (who: string) => {
    await board.order('lock.open', { seconds: 5 }, { operator: `0x${who.repeat(40)}` });
    return board.output(4);
  };
  const [time, door] = [() => board.advance(5000), () => board.input(5, 0)];
  for (const end of [time, door, () => board.powerCut(), () => board.lock()]) {
    await open('a').then(() => board.advance(60_000));
    assert.deepEqual([await open('b'), await open('b'), await open('a')], [0, 0, 1]);
    await end();
    assert.equal(await board.advance(100).then(() => board.output(4)), 0);
  }
});

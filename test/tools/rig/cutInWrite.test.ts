/** The step that cuts the power inside a write, on a board that is played. */
import { EventEmitter } from 'node:events';
import test from 'ava';
import type { Bench } from '../../../tools/rig/bench/bench.js';
import { cutInWrite } from '../../../tools/rig/bench/cutInWrite.js';
import { StepFailure } from '../../../tools/rig/bench/outcome.js';

function played() {
  const did: unknown[] = [];
  const board = Object.assign(new EventEmitter(), {
    setFault: (fault: unknown) => did.push(fault),
    powerCut: async () => void did.push('off'),
  });
  let late = () => {};
  const clock = {
    after(_: number, callback: () => void) {
      late = callback;
      return () => did.push('the clock is let go');
    },
  };
  const bench = { pace: { clock, patient: (ms: number) => ms }, world: { board } } as unknown as Bench;
  return { bench, board, did, passTime: () => late() };
}

test('a board whose power fails in the write stays off before its supply can start it again', async t => {
  const { bench, board, did } = played();
  await cutInWrite(bench, 3, async () => {
    board.emit('ended', { why: 'powerCut', detail: '' });
    t.deepEqual(did.slice(0, 2), [{ flashOperation: 3 }, 'off']);
  });
  t.is(board.listenerCount('ended'), 0);
  t.is(did.at(-1), 'the clock is let go');
});

test('a board that ends otherwise, or writes less, makes the step fail, and is let alone', async t => {
  const { bench, board, did, passTime } = played();
  const error = await t.throwsAsync(
    cutInWrite(bench, 3, async () => {
      board.emit('ended', { why: 'restart', detail: '' });
      passTime();
    }),
    { instanceOf: StepFailure },
  );
  t.regex(error.message, /less than 3 times in 60 s/);
  t.deepEqual(
    did.filter(each => typeof each === 'object'),
    [{ flashOperation: 3 }, { flashOperation: null }],
  );
  t.false(did.includes('off'));
  t.is(board.listenerCount('ended'), 0);
});

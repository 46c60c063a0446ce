import { EventEmitter } from 'node:events';
import test from 'ava';
import type { Board } from '../../../host-sim/process/board.js';
import { BoardWatch } from '../../../tools/rig/bench/boardWatch.js';
import { machinePace } from '../../../tools/rig/bench/pace.js';

function watched() {
  const board = new EventEmitter();
  return { board, watch: new BoardWatch(board as Board, machinePace('')) };
}

test('a line that came before it was asked for is found, once', async t => {
  const { board, watch } = watched();
  board.emit('log', 'connected');
  board.emit('log', 'accepted');
  t.is(await watch.line(/conn/, 0), 'connected');
  t.is(await watch.line(/conn/, 0), undefined);
  t.is(await watch.line(/acc/, 0), 'accepted');
});

test('a line that comes later is waited for, and one that came before the last match is not taken', async t => {
  const { board, watch } = watched();
  board.emit('log', 'first');
  board.emit('log', 'second');
  t.is(await watch.line(/second/, 0), 'second');
  const later = watch.line(/first/, 10_000);
  board.emit('log', 'first again');
  t.is(await later, 'first again');
});

test('a scenario does not see the lines of the one before', async t => {
  const { board, watch } = watched();
  board.emit('log', 'connected');
  watch.begin();
  t.is(await watch.line(/conn/, 0), undefined);
  t.deepEqual(watch.lines, []);
});

test('an endless talker costs a bounded memory, and the newest lines stay', async t => {
  const { board, watch } = watched();
  for (let i = 0; i < 10_000; i++) board.emit('log', `line ${i}`);
  t.is(watch.lines.length, 2000);
  t.is(await watch.line(/line 9999/, 0), 'line 9999');
});

test('an output is known from the moment that the board sets it', async t => {
  const { board, watch } = watched();
  t.is(watch.output(4), undefined);
  const on = watch.until(() => watch.output(4) === true, 10_000);
  board.emit('pin', 4, false);
  board.emit('pin', 4, true);
  t.true(await on);
  t.false(await watch.until(() => watch.output(4) === false, 0));
});

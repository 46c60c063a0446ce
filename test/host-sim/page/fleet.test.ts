import test from 'ava';
import { differencesOf, majorityOf, matches, standingOf } from '../../../host-sim/page/fleet.js';
import type { Board } from '../../../host-sim/page/protocol.js';

const board = (change: Partial<Board> = {}): Board => ({
  ...{ name: 'hall-1', group: 'hall', device: '0x01', power: 'on', starts: 1, actions: [], pins: {} },
  ...{ version: 3, level: 4, sequence: 5, linked: 5, lifecycle: 'Active', app: 'relay' },
  ...change,
});

test('a board stands by its power, then by the chain’s word, then by the orders that wait for it', t => {
  t.is(standingOf(board()), 'well');
  t.is(standingOf(board({ linked: 6 })), 'waiting');
  t.is(standingOf(board({ paused: true, linked: 6 })), 'stopped');
  t.is(standingOf(board({ lifecycle: 'Suspended' })), 'stopped');
  t.is(standingOf(board({ power: 'off', paused: true })), 'off');
  t.is(standingOf(board({ sequence: undefined })), 'unknown', 'never well without a status');
});

test('boards differ in what most have otherwise, and in nothing else', t => {
  const boards = [board(), board({ name: 'hall-2' }), board({ name: 'hall-3', version: 2 })];
  const majority = majorityOf(boards);
  t.deepEqual(majority, { app: 'relay', level: 4, version: 3 });
  t.deepEqual(
    boards.map(each => differencesOf(each, majority)),
    [[], [], ['version']],
  );
  t.deepEqual(majorityOf([]), { app: undefined, level: undefined, version: undefined });
});

test('a filter finds boards of which every word is true', t => {
  t.true(matches(board(), 'hall version 3 well'));
  t.true(matches(board(), '  HALL-1 '));
  t.false(matches(board(), 'hall version 2'));
  t.false(matches(board({ power: 'off' }), 'hall well'));
});

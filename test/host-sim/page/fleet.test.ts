import test from 'ava';
import {
  cohortOf,
  cohortsOf,
  differencesOf,
  isWanted,
  majorityOf,
  matches,
  standingOf,
} from '../../../host-sim/page/fleet.js';
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

test('a board runs the newest version, may take it, or comes later; the groups are counted', t => {
  const roll = { newest: 4, rollout: 100 };
  t.is(cohortOf(board({ version: 4, place: 900 }), roll), 'runs');
  t.is(cohortOf(board({ place: 99 }), roll), 'may take');
  t.is(cohortOf(board({ place: 100 }), roll), 'later');
  t.is(cohortOf(board(), roll), 'later', 'whose place nobody knows has no turn');
  t.is(cohortOf(board({ version: 0, place: 0 }), { newest: 0, rollout: 1000 }), undefined);
  const boards = [board({ version: 4 }), board({ place: 3 }), board({ group: 'yard', place: 500 })];
  t.deepEqual(cohortsOf(boards, roll), [
    { group: 'all boards', counts: { runs: 1, 'may take': 1, later: 1 } },
    { group: 'hall', counts: { runs: 1, 'may take': 1, later: 0 } },
    { group: 'yard', counts: { runs: 0, 'may take': 0, later: 1 } },
  ]);
});

test('boards are found by group, version, state and cohort; each narrows', t => {
  const roll = { newest: 4, rollout: 100 };
  const one = board({ place: 7 });
  const all = { group: 'hall', version: 3, standing: 'well', cohort: 'may take', words: 'hall-1' } as const;
  t.true(isWanted(one, { words: '' }, undefined));
  t.true(isWanted(one, all, roll));
  for (const other of [
    { group: 'yard' },
    { version: 2 },
    { standing: 'off' as const },
    { cohort: 'runs' as const },
    { words: 'hall-2' },
  ])
    t.false(isWanted(one, { ...all, ...other }, roll), JSON.stringify(other));
});

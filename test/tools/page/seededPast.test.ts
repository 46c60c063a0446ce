import test from 'ava';
import type { Board } from '../../../host-sim/page/protocol.js';
import { SeededPast } from '../../../tools/page/seededPast.js';

const log = [
  '0 board-1 starts version 1 from slot A, confirmed',
  `9 board-1 is active as 0x${'a1'.repeat(20)}`,
  '10 operator-of-board-1 orders mark 0: 0x01',
  '10 board-2 starts version 1 from slot A, confirmed',
  '14 board-1 receipts 1 done 0x01',
  '18 board-1 loses power',
];

test('a jump across many lines shows what reading them from the first one shows', t => {
  const begin = [
    '0 board-1 starts version 1 from slot A, confirmed',
    `9 board-1 is active as 0x${'a1'.repeat(20)}`,
  ];
  const order = (at: number) => [
    `${at} operator-of-board-1 orders mark ${at}: 0x${at}`,
    `${at} board-1 │ [12:00 L1] command 0x${at}: accepted`,
    `${at} board-1 │ [12:00 L1]    → block ${at}: final`,
    `${at} board-1 receipts ${at} done 0x${at}`,
  ];
  const all = [...begin, ...Array.from({ length: 2300 }, (_, at) => order(at + 10)).flat()];
  const past = new SeededPast(1);
  for (const line of all) past.add(line);
  for (const [atMs, lines] of [
    [2300, 9166],
    [509, 2002],
    [1508, 5998],
    [9, 2],
  ] as const) {
    past.see(atMs);
    const read = new SeededPast(1);
    for (const line of all.slice(0, lines)) read.add(line);
    read.see(atMs);
    t.deepEqual(past.known(), read.known());
    t.is(past.seenMs, atMs);
  }
});

test('each moment of a world is seen as it was then, forwards and back, whatever came later', t => {
  const past = new SeededPast(4);
  for (const line of log) past.add(line);
  t.is(past.known(), undefined, 'the present is the world’s own');
  const boards = () =>
    new Map(
      past.known()!.flatMap(each => (each.kind === 'board' ? [[each.board.name, each.board]] : [])) as [
        string,
        Board,
      ][],
    );
  past.see(12);
  t.is(past.seenMs, 10);
  t.like(boards().get('board-1'), { power: 'on', linked: 1, sequence: 0, level: 4 });
  t.true(boards().has('board-2'));
  past.go('back');
  t.false(boards().has('board-2'), 'one line less');
  past.see(1_000_000);
  t.like(boards().get('board-1'), { power: 'off', sequence: 1 });
  past.go('on');
  t.is(past.seenMs, 18, 'there is no line more');
  past.see(0);
  past.go('back');
  past.go('back');
  t.is(past.seenMs, 0);
  t.deepEqual(past.known(), []);
  past.add('20 board-1 starts version 2 from slot B, on trial');
  past.go('on');
  t.like(boards().get('board-1'), { version: 1, power: 'on' });
  past.leave();
  t.is(past.seenMs, undefined);
});

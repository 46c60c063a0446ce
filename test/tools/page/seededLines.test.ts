import test from 'ava';
import type { Board, PageEvent } from '../../../host-sim/page/protocol.js';
import { SeededLines } from '../../../tools/page/seededLines.js';

const device = `0x${'a1'.repeat(20)}`;

const boardsIn = (events: readonly PageEvent[]): Board[] =>
  events.flatMap(event => (event.kind === 'board' ? [event.board] : []));

test('the log of a seeded world tells how each board stands', t => {
  const lines = new SeededLines(1);
  const last = (...told: string[]) => boardsIn(told.flatMap(line => lines.take(line))).at(-1);
  t.like(last('0 board-1 starts version 1 from slot A, confirmed'), { power: 'on', starts: 1, version: 1 });
  t.like(last(`9 board-1 is active as ${device}`), { device, lifecycle: 'Active' });
  t.like(last('10 operator-of-board-1 orders mark 0: 0x01'), { linked: 1, sequence: 0 });
  t.like(last('11 operator-of-board-1 orders mark 1: 0x02'), { linked: 2 });
  t.like(last('12 operator-of-board-1 is refused the link of 0x02'), { linked: 1 });
  t.like(last('13 board-1 runs mark 0'), { state: { 'last mark': 0 } });
  t.like(last('14 board-1 receipts 1 done 0x01'), { sequence: 1, receipts: 1 });
  t.like(last('15 board-1 receipts 1 done 0x01'), { sequence: 1 }, 'told twice');
  t.like(last('16 guardian has paused the fleet'), { paused: true });
  t.like(last('17 owner ends the pause', '17 guardian has suspended board-1'), { lifecycle: 'Suspended' });
  t.like(last('18 board-1 loses power'), { power: 'off', starts: 1 });
  t.deepEqual(lines.take('19 chain block 7 0x99, 0 transactions'), [
    { kind: 'block', number: 7, time: 0.019 },
  ]);
});

test('decisions of several boards have numbers of their own, each with its proof', t => {
  const lines = new SeededLines(1);
  const decided = (line: string) =>
    lines.take(line).flatMap(event => (event.kind === 'decision' ? [event.decision] : []));
  const [first] = decided('1 board-1 │ [development L1] command 0x01…: accepted');
  const [second] = decided('1 board-2 │ [development L1] command 0x01…: rejected (replayed): again');
  const [whole] = decided('1 board-1 │ [development L1]   → block 9: 0x07');
  t.not(first.id, second.id);
  t.is(whole.id, first.id);
  t.is(whole.trail.length, 1);
  t.is(second.explained?.meaning === undefined, false);
  t.is(second.board, 'board-2');
});

test('no line of a world makes it fail', t => {
  const lines = new SeededLines(1);
  for (const line of [
    '',
    'x',
    '1 board-9 ',
    '1 operator-of-board-7 orders mark 1: 0x01',
    '1 owner lets board-8',
  ])
    t.notThrows(() => lines.take(line));
});

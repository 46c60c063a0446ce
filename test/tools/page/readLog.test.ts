import { createHash } from 'node:crypto';
import test from 'ava';
import type { PageEvent } from '../../../host-sim/page/protocol.js';
import { LogWorld } from '../../../tools/page/logWorld.js';
import { LOG_BYTES_MAX, type ReadLog, readLog } from '../../../tools/page/readLog.js';

const log = `0 board-1 starts version 1 from slot A, confirmed
9 board-1 is active as 0x${'a1'.repeat(20)}
12 board-1 │ [12:00 L4] command 0x01: rejected (not_anchored): no link
18 board-1 loses power
`;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a log of holdfast sim is read, with the hash of its run', t => {
  const read = readLog(bytesOf(log)) as ReadLog;
  t.like(read, { untilMs: 18, level: 4, sha256: createHash('sha256').update(log).digest('hex') });
  t.is(read.lines.length, 4);
});

for (const [name, text, says] of [
  ['an empty file', '', /nothing is in it/],
  ['another text', 'hello\nworld', /^Line 1 is of no log: it does not begin with a time/],
  ['a time that goes back', `${log}3 board-1 x`, /^Line 5 is of no log: its time goes back/],
  ['a time beyond all worlds', '9999999999 board-1 x', /too late/],
  ['a line that is too long', `0 board-1 ${'x'.repeat(8000)}`, /more than 8000 characters/],
  ['more lines than a page keeps', '0 a b\n'.repeat(300_001), /300000 lines at most/],
  [
    'more boards than a world has',
    [...Array(101).keys()].map(i => `0 board-${i} x`).join('\n'),
    /100 boards/,
  ],
] as const)
  test(`${name} is refused with a sentence`, t => {
    t.regex(readLog(bytesOf(text)) as string, says);
  });

test('what is no text, and what is too long, is refused before it is read', t => {
  t.regex(readLog(Uint8Array.of(0xff, 0xfe, 0x00)) as string, /no text/);
  t.regex(readLog(new Uint8Array(LOG_BYTES_MAX + 1)) as string, /bytes at most/);
});

test('a run in a file is seen at any moment, to and fro, and nothing can be done to it', async t => {
  const world = new LogWorld(readLog(bytesOf(log)) as ReadLog, 'a.log');
  const told: PageEvent[] = [];
  world.follow(event => told.push(event));
  const board = () => world.known().flatMap(event => (event.kind === 'board' ? [event.board] : []))[0];
  t.like(board(), { power: 'off', level: 4 });
  t.true((await world.act({ act: 'time', move: 'see', atMs: 10 })).ok);
  t.like(board(), { power: 'on' });
  t.is(told[0].kind, 'anew');
  await world.act({ act: 'time', move: 'present' });
  t.like(board(), { power: 'off' });
  for (const act of [
    { act: 'time', move: 'run' },
    { act: 'fault', place: 'endpoint-1', fault: 'slow' },
  ] as const)
    t.regex((await world.act(act)).says, /run that is over/);
});

import test from 'ava';
import { MOMENTS_MAX, Moments, nextDecision } from '../../../host-sim/page/recorded.js';
import type { PlayedLine } from '../../../host-sim/recording/playedLines.js';

const hash = `0x${'59'.repeat(32)}`;
const started = (version: number): PlayedLine => ({
  started: {
    ...{ engine: 'node', slot: 'A', state: 'confirmed', length: 1, version, image: hash },
    at: '2026-11-30T01:00:00.000Z',
  },
});
const said = (words: string, timeMs: number): PlayedLine => ({ said: `[development L4] ${words}`, timeMs });

const lines: readonly PlayedLine[] = [
  started(1),
  said('key and Device', 10),
  said('command 0x01…: accepted', 20),
  said('  → block 9: 0x02', 20),
  { did: 'drives pin 4 1', timeMs: 21 },
  said('command 0x03…: rejected (replayed): its sequence is 1', 30),
  { did: 'the run ends: restart: update', timeMs: 40 },
  started(2),
];

function take() {
  const made = new Moments(code => ({ meaning: code, likely: '', remedy: '' }));
  for (const line of lines) made.take(line);
  return made.all;
}

test('a recording is a row of moments, each with its start, its time and what it changed', t => {
  const all = take();
  t.deepEqual(
    all.map(({ start, timeMs }) => [start, timeMs]),
    [
      [1, 0],
      [1, 10],
      [1, 20],
      [1, 20],
      [1, 21],
      [1, 30],
      [1, 40],
      [2, 0],
    ],
  );
  t.is(new Date(all[4].at).toISOString(), '2026-11-30T01:00:00.021Z');
  const boards = all.flatMap(({ events }) => events.flatMap(e => (e.kind === 'board' ? [e.board] : [])));
  t.deepEqual(
    boards.map(({ pins, power, starts, version }) => [starts, version, power, pins]),
    [
      [1, 1, 'on', {}],
      [1, 1, 'on', { 4: true }],
      [1, 1, 'off', {}],
      [2, 2, 'on', {}],
    ],
  );
});

test('from any moment the next decision and the one before are found, each where it is whole', t => {
  const all = take();
  t.is(nextDecision(all, 0, 1), 3, 'after the last line of its proof');
  t.is(nextDecision(all, 3, 1), 5);
  t.is(nextDecision(all, 5, 1), all.length - 1);
  t.is(nextDecision(all, 5, -1), 3);
  t.is(nextDecision(all, 3, -1), 0);
});

test('of a recording without an end a page keeps a bounded number of moments', t => {
  const made = new Moments(() => undefined);
  for (let i = 0; i < MOMENTS_MAX + 10; i++) made.take({ did: 'senses', timeMs: i });
  t.is(made.all.length, MOMENTS_MAX);
});

import test from 'ava';
import { type PlayedBoard, wordsOf } from '../../../tools/sim/playedInXs.js';
import { engines } from '../../../tools/world/engines.js';
import { inProcess } from '../support.js';

test('what a world on Node alone can do is refused where boards are played on another engine', async t => {
  for (const engine of engines.filter(name => name !== 'node')) {
    for (const other of [['--page'], ['--shrink'], ['--open', 'run.log'], ['--commit', '1234567']]) {
      const { status, stderr } = await inProcess(['sim', '--engine', engine, ...other]);
      t.is(status, 2);
      t.regex(stderr, /--engine xs excludes --page, --shrink, --open and --commit/);
    }
  }
  const words = ['sim', '--engine', 'node', '--shrink', '--page', '--hours', '0.1'];
  const { status, stderr } = await inProcess(words);
  t.is(status, 2);
  t.regex(stderr, /--page and --shrink exclude each other/);
});

test('what came of a recording is one line that names the board, and the first difference', t => {
  const common = { board: 'board-1', starts: 2, entries: 9, bytes: 1, timeMs: 1 };
  const lines = (
    [
      { ...common, verdict: 'same', ended: 'where it was cut' },
      { ...common, verdict: 'different', entry: 7, expected: 'it sends 1', came: 'it sends 2' },
      { ...common, verdict: 'unreadable', offset: 3, reason: 'not a recording' },
    ] satisfies PlayedBoard[]
  ).map(wordsOf);
  t.regex(lines[0], /^✓ board-1 did the same in XS, 9 .* 2 starts$/);
  t.regex(lines[1], /^✗ board-1 .* at 7 .*: it sends 2, where it was it sends 1$/);
  t.regex(lines[2], /^✗ .* board-1 .*: not a recording$/);
});

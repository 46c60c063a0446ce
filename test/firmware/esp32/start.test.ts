/** Words of a chip that its firmware cannot say (native/start.c, memoryOut.c), compiled for this machine. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { hasCompiler, STRICT } from './compiler.js';

/** Runs `NAME.c` of the chip under the program of that name beside this test; undefined without a compiler. */
function programOf(t: ExecutionContext, name: string): ((...all: string[]) => string) | undefined {
  const folder = mkdtempSync(join(tmpdir(), `holdfast-${name}-`));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, name);
  const native = join(repositoryRoot, 'firmware', 'esp32', 'native');
  const sources = [join(native, `${name}.c`), join(repositoryRoot, 'test/firmware/esp32', `${name}.c`)];
  if (!hasCompiler(t)) return undefined;
  execFileSync('cc', [...STRICT, `-I${native}`, ...sources, '-o', program], { stdio: 'pipe' });
  return (...all) => execFileSync(program, all, { encoding: 'utf8' }).trimEnd();
}

test('an engine that does not start is said at the next start, and counted until one succeeds; power-on begins anew', t => {
  const run = programOf(t, 'start');
  if (!run) return;
  const starts = (...all: string[]) =>
    run(...all)
      .split('\n')
      .map(line =>
        line === '-' ? 0 : Number(/did not start, (\d+) times in a row\. .*; 297000 /.exec(line)?.[1]),
      );
  t.deepEqual(starts('power', 'whole', 'whole'), [0, 1, 0], 'the first never said that it had begun');
  t.deepEqual(starts('whole', 'whole', 'failed'), [0, 0, 0], 'memory that nobody wrote counts for none');
  t.deepEqual(starts('power', 'failed', 'failed', 'whole', 'failed'), [0, 1, 2, 3, 0]);
  t.deepEqual(starts('failed', 'failed', 'power', 'failed'), [0, 1, 0, 1]);
});

test('an engine whose arena cannot hold what it begins with is told at its first start, and memory that is refused as it happens', t => {
  const run = programOf(t, 'start');
  if (!run) return;
  const judged = (...numbers: number[]) => run(...numbers.map(String));
  // The arena that a manifest of ours once had.
  t.is(
    judged(147_456, 78_848, 78_848, 18_432, 163_000),
    'holdfast: the engine cannot start. It asks for 147456 bytes in one piece, and in it 78848 of chunks, 78848 of slots, 18432 of stack; 163001 bytes are free, 163000 in one piece: change "creation" in the image\'s manifest, or flash another image.\r\n' +
      'holdfast: no room for 147456 bytes at the start: 163001 are free, 163000 in one piece.',
  );
  t.regex(judged(176_127, 78_848, 78_848, 18_432, 163_000), /^holdfast: the engine cannot start\. /);
  t.is(judged(176_128, 78_848, 78_848, 18_432, 163_000), 'fits');
  t.is(judged(0, 78_848, 78_848, 18_432, 163_000), 'fits', 'three pieces, no arena');
});

test('a heap without room for a frame restarts the chip after six looks in a row, and not where one of them finds room', t => {
  const run = programOf(t, 'memoryOut');
  if (!run) return;
  const [none, some] = ['1599', '1600'];
  t.regex(
    run(none, none, none, none, none, none),
    /^6\r\nholdfast: no memory .* 9000 bytes are free, 1599 in one piece: the board restarts\.$/,
  );
  t.is(run(none, none, none, none, none, some, none, none, none, none, none), '', 'five at most in a row');
  t.is(run(...Array.from({ length: 20 }, () => some)), '');
  t.regex(run(some, none, '0', none, none, none, none), /^7\r\n/);
});

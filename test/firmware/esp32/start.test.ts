/** The words of a chip whose engine does not start (native/start.c), compiled for this machine. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { repositoryRoot } from '../../../host-sim/node/repository.js';

test('an engine that does not start is said at the next start, and counted until one succeeds; power-on begins anew', t => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-start-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, 'start');
  const native = join(repositoryRoot, 'firmware', 'esp32', 'native');
  const sources = [join(native, 'start.c'), join(repositoryRoot, 'test/firmware/esp32/start.c')];
  const flags = ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined', `-I${native}`];
  try {
    execFileSync('cc', ['--version'], { stdio: 'pipe' });
  } catch {
    if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail('a C compiler is required here and not installed');
    else t.pass('NOT RUN: there is no C compiler');
    return;
  }
  execFileSync('cc', [...flags, ...sources, '-o', program], { stdio: 'pipe' });
  const starts = (...all: string[]) =>
    execFileSync(program, all, { encoding: 'utf8' })
      .trimEnd()
      .split('\n')
      .map(line =>
        line === '-' ? 0 : Number(/did not start, (\d+) times in a row\. 297000 /.exec(line)?.[1]),
      );
  t.deepEqual(starts('power', 'whole', 'whole'), [0, 1, 0], 'the first never said that it had begun');
  t.deepEqual(starts('whole', 'whole', 'failed'), [0, 0, 0], 'memory that nobody wrote counts for none');
  t.deepEqual(starts('power', 'failed', 'failed', 'whole', 'failed'), [0, 1, 2, 3, 0]);
  t.deepEqual(starts('failed', 'failed', 'power', 'failed'), [0, 1, 0, 1]);
});

/** The file that says which process has a place. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { takeLock } from '../../../host-sim/node/lock.js';

test('a place is taken unless another process has it and runs; a number that is gone, or our own, is no other process', t => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-lock-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'lock');
  t.is(takeLock(file), undefined);
  t.is(Number(readFileSync(file, 'utf8')), process.pid);
  t.is(takeLock(file), undefined, 'our own');
  writeFileSync(file, `${process.ppid}`);
  t.is(takeLock(file), process.ppid);
  t.is(readFileSync(file, 'utf8'), `${process.ppid}`, 'and is left as it was');
  for (const stale of [`${spawnSync(process.execPath, ['--version']).pid}`, '', 'x']) {
    writeFileSync(file, stale);
    t.is(takeLock(file), undefined, stale);
  }
});

/** Failures in a row as a chip counts them (native/failureRow.c), held to the row of a simulated board and its decision. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { CRASH_REASONS } from '../../../firmware/port/crash.js';
import { decideBoot } from '../../../firmware/update/bootDecision.js';
import { noFailures, rowAfter } from '../../../host-sim/node/board/failureRow.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { holds } from '../../fakes/holds.js';
import { hasCompiler, STRICT } from './compiler.js';

type Run = (...all: string[]) => { failures: number; other: boolean; recovers: boolean; record: string }[];

function compiled(t: ExecutionContext): Run | undefined {
  if (!hasCompiler(t)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-row-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const native = join(repositoryRoot, 'firmware/esp32/native');
  const files = ['failureRow.c', 'bootDecision.c'].map(name => join(native, name));
  const program = join(folder, 'row');
  const driver = join(repositoryRoot, 'test/firmware/esp32/failureRow.c');
  execFileSync('cc', [...STRICT, `-I${native}`, ...files, driver, '-o', program], { stdio: 'pipe' });
  return (...all) =>
    execFileSync(program, all, { encoding: 'utf8' })
      .trimEnd()
      .split('\n')
      .map(line => {
        const [, failures, other, recovers, reason, slot] = /^(\d+) (\d) (\d) (\d+)([AB])$/.exec(line)!;
        const record = reason === '0' ? '' : `${CRASH_REASONS[Number(reason)]} ${slot}`;
        return { failures: Number(failures), other: other === '1', recovers: recovers === '1', record };
      });
}

test('three failures in a row leave a confirmed image for the one before it, or recover; a power-on begins anew', t => {
  const run = compiled(t);
  if (!run) return;
  const last = (...all: string[]) => run(...all).at(-1)!;
  const failing = (found: string) => ['other:A:none', 'trap:A:none', 'watchdog:A:none', `fault:A:${found}`];
  t.like(last(...failing('confirmed')), { failures: 3, other: true, recovers: false });
  t.like(last(...failing('none')), { failures: 3, other: false, recovers: true });
  t.like(
    last(...failing('gone')),
    { other: false, recovers: true },
    'its header was erased: below the floor, or written over',
  );
  t.like(last(...failing('refused')), { other: false, recovers: true }, 'the chip found it not whole');
  t.like(last(...failing('none'), 'other:A:none'), { failures: 0, recovers: false });
  t.like(
    last(...failing('none'), 'fault:A:none'),
    { failures: 4, recovers: true },
    'recovery that fails is recovery',
  );
  t.like(last(...failing('none'), 'wished:A:none'), { failures: 0, recovers: false });
  t.like(
    last('trap:A:none', 'trap:A:none', 'trap:A:none'),
    { failures: 2 },
    'memory that nobody wrote counts for none',
  );
  t.like(last('other:A:none', 'trap:A:none', 'trap:A:none', 'steady', 'trap:A:none'), { failures: 1 });
  t.like(last(...failing('confirmed'), 'wished:B:none'), { failures: 0 }, 'the other begins its own row');
  t.like(last('other:A:none', 'trap:A:none', 'trap:A:none', 'trap:B:none'), {
    failures: 0,
    record: 'processor A',
  });
});

test('an end without a record is recorded by the next start, of the slot that ran', t => {
  const run = compiled(t);
  if (!run) return;
  const records = (...all: string[]) => run('other:A:none', ...all).map(({ record }) => record);
  t.deepEqual(records('trap:A:none', 'watchdog:A:none', 'memory:A:none'), [
    '',
    'processor A',
    'watchdog A',
    'memory A',
  ]);
  t.deepEqual(records('fault:A:none', 'wished:A:none', 'other:A:none'), ['', '', '', '']);
  t.deepEqual(records('silent:A:none', 'wished:B:none', 'watchdog:A:none'), [
    '',
    'engine A',
    '',
    'watchdog B',
  ]);
});

test('the row is that of a simulated board, and what it leads to is decided by the same table', t => {
  const run = compiled(t);
  if (!run) return;
  const start = fc.record({
    how: fc.constantFrom('other', 'wished', 'fault', 'memory', 'silent', 'trap', 'watchdog'),
    other: fc.constantFrom('none', 'confirmed', 'gone', 'refused'),
    steady: fc.nat(4).map(n => n === 0),
  });
  holds(
    t,
    fc.property(fc.array(start, { minLength: 1, maxLength: 40 }), starts => {
      let row = noFailures;
      let recovers = false;
      const given = ['other:A:none'];
      const expected: unknown[] = [{ failures: 0, other: false, recovers: false }];
      for (const { how, other, steady } of starts) {
        if (steady && !recovers) given.push('steady');
        given.push(`${how}:A:${other}`);
        const failed = how !== 'wished';
        const state = recovers ? 'recovery' : 'confirmed';
        row = rowAfter(row, { slot: 'A', state, failed, ranMs: steady ? 600_000 : 0 });
        // Whoever restarts a simulated board begins the row anew with the power.
        if (how === 'other') row = { slot: 'A', count: 0 };
        const decision = decideBoot({
          active: true,
          other: other === 'confirmed',
          mark: other === 'none' ? 'none' : 'confirmed',
          failures: row.count,
        });
        recovers = decision.as === 'recovery';
        expected.push({ failures: row.count, other: decision.swaps, recovers });
        // It would be the other slot's row from here on.
        if (decision.swaps) break;
      }
      t.deepEqual(
        run(...given).map(({ record, ...seen }) => seen),
        expected as never,
      );
    }),
    { numRuns: 60 },
  );
});

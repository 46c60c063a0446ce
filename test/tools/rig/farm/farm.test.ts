/** Boards that several runs share: one holds each, a dead one locks nobody out, a broken one is passed over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Failure } from '../../../../tools/cli/failure.js';
import { ownFarmBoard } from '../../../../tools/rig/farm/farmBoard.js';
import { farmTarget } from '../../../../tools/rig/farm/farmTarget.js';
import { endQuarantine, quarantineOf } from '../../../../tools/rig/farm/quarantine.js';
import { leaseOf, reserve } from '../../../../tools/rig/farm/reservation.js';
import { fakeTarget } from '../fakes.js';

const { signal } = new AbortController();
const nothing = () => {};

function folderOf(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-farm-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'rig');
}

test('a board is held by one, who is named; released it is free, and its twin was all the time', t => {
  const folder = folderOf(t);
  const first = reserve(folder, 'a/b')!;
  t.regex(leaseOf(folder, 'a/b')!.holder, new RegExp(`process ${process.pid}`));
  t.is(reserve(folder, 'a/b'), undefined);
  const twin = reserve(folder, 'a');
  t.truthy(twin);
  first.release();
  first.release();
  t.is(leaseOf(folder, 'a/b'), undefined);
  const second = reserve(folder, 'a/b');
  t.truthy(second);
  second!.release();
  twin!.release();
});

test('the lease of a run that died ends by itself; one that slept over its end is told, and frees nothing of the next one', async t => {
  const folder = folderOf(t);
  let time = 1_000_000;
  const clock = { leaseMs: 200, now: () => time };
  const slept = reserve(folder, 'desk', clock)!;
  t.is(reserve(folder, 'desk', clock), undefined);
  time += 300;
  const next = reserve(folder, 'desk', { ...clock, leaseMs: 60_000 })!;
  t.truthy(next);
  await slept.lost;
  slept.release();
  t.is(reserve(folder, 'desk', clock), undefined);
  next.release();
});

test('a lease is renewed for as long as it is held', async t => {
  const folder = folderOf(t);
  const held = reserve(folder, 'desk', { leaseMs: 400 })!;
  const { until } = leaseOf(folder, 'desk')!;
  for (const end = Date.now() + 60_000; Date.now() < end && (leaseOf(folder, 'desk')?.until ?? 0) <= until; )
    await new Promise(resolve => setTimeout(resolve, 20));
  t.true(leaseOf(folder, 'desk')!.until > until);
  held.release();
});

test('of two runs that want one board the second waits until the first lets go, or as long as it may', async t => {
  const folder = folderOf(t);
  const target = fakeTarget();
  const notes: string[] = [];
  const farm = (waitMs: number) =>
    farmTarget({
      waitMs,
      boards: [ownFarmBoard(folder, { name: 'desk', target })],
      note: line => notes.push(line),
    });
  const bench = await farm(0).open(signal, nothing);
  t.like(await t.throwsAsync(farm(1).open(signal, nothing)), { code: 'boards' });
  const second = farm(60_000).open(signal, nothing);
  t.deepEqual(target.log, ['open 1']);
  await bench.close();
  await (await second).close();
  t.deepEqual(target.log, ['open 1', 'close 1', 'open 2', 'close 2']);
  t.regex(notes[0], /Waits for a board; held by/);
});

test('two boards serve two at once; what each of them can do is what the target can', async t => {
  const folder = folderOf(t);
  const boards = [
    ownFarmBoard(folder, { name: 'a', target: fakeTarget({ abilities: ['power', 'lines'] }) }),
    ownFarmBoard(folder, { name: 'b', target: fakeTarget({ abilities: ['lines'] }) }),
  ];
  const farm = farmTarget({ waitMs: 0, boards, note: nothing });
  t.deepEqual([...farm.abilities], ['lines']);
  const benches = [await farm.open(signal, nothing), await farm.open(signal, nothing)];
  t.like(await t.throwsAsync(farm.open(signal, nothing)), { code: 'boards' });
  for (const bench of benches) await bench.close();
});

test('a board that does not answer is passed over, and left alone until somebody has seen to it', async t => {
  const folder = folderOf(t);
  const silent = {
    ...fakeTarget(),
    open: () => Promise.reject(new Failure('port_silent', 'Nothing comes.')),
  };
  const sound = fakeTarget();
  const boards = [
    ownFarmBoard(folder, { name: 'silent', target: silent }),
    ownFarmBoard(folder, { name: 'sound', target: sound }),
  ];
  const notes: string[] = [];
  const farm = farmTarget({ waitMs: 0, boards, note: line => notes.push(line) });
  const bench = await farm.open(signal, nothing);
  t.deepEqual(sound.log, ['open 1']);
  t.regex(notes[0], /silent is left alone/);
  t.regex(quarantineOf(folder, 'silent')!, /Nothing comes/);
  t.is(leaseOf(folder, 'silent'), undefined);
  await bench.close();
  const alone = farmTarget({ waitMs: 0, boards: boards.slice(0, 1), note: nothing });
  t.regex((await t.throwsAsync(alone.open(signal, nothing)))!.message, /rig boards --free/);
  endQuarantine(folder, 'silent');
  t.is(quarantineOf(folder, 'silent'), undefined);
});

test('a world that does not stand for another reason is no fault of the board', async t => {
  const folder = folderOf(t);
  const target = { ...fakeTarget(), open: () => Promise.reject(new Error('no chain')) };
  const farm = farmTarget({
    waitMs: 0,
    boards: [ownFarmBoard(folder, { name: 'desk', target })],
    note: nothing,
  });
  await t.throwsAsync(farm.open(signal, nothing), { message: 'no chain' });
  t.is(quarantineOf(folder, 'desk'), undefined);
  t.is(leaseOf(folder, 'desk'), undefined);
});

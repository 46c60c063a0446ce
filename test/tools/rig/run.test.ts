import test from 'ava';
import { runMatrix, tableOf } from '../../../tools/rig/matrix.js';
import type { ReadyStep } from '../../../tools/rig/parse.js';
import { type RunListener, runScenarios } from '../../../tools/rig/run.js';
import { fakeTarget, noted, scenarioOf } from './fakes.js';

const silent: RunListener = { opening: () => {}, begin: () => {}, step: () => {}, end: () => {} };
const options = (retries = 0, signal = new AbortController().signal) => ({
  retries,
  signal,
  listener: silent,
});

test('a bench that is as it was serves the next scenario, and is closed at the end', async t => {
  const target = fakeTarget();
  const step = (name: string) => noted(target.log, name);
  const reports = await runScenarios(
    [scenarioOf('a', [step('a')]), scenarioOf('b', [step('b')])],
    target,
    options(),
  );
  t.deepEqual(
    reports.map(({ outcome }) => outcome),
    ['passed', 'passed'],
  );
  t.deepEqual(target.log, ['open 1', 'a', 'b', 'close 1']);
});

test('a bench that is not as it was serves nobody else', async t => {
  const target = fakeTarget({ dirty: true });
  const step = (name: string) => noted(target.log, name);
  await runScenarios([scenarioOf('a', [step('a')]), scenarioOf('b', [step('b')])], target, options());
  t.deepEqual(target.log, ['open 1', 'a', 'close 1', 'open 2', 'b', 'close 2']);
});

test('a scenario that asks for a fresh bench has one of its own', async t => {
  const target = fakeTarget();
  const step = (name: string) => noted(target.log, name);
  await runScenarios(
    [
      scenarioOf('a', [step('a')]),
      scenarioOf('b', [step('b')], { fresh: true }),
      scenarioOf('c', [step('c')]),
    ],
    target,
    options(),
  );
  t.deepEqual(target.log, ['open 1', 'a', 'close 1', 'open 2', 'b', 'close 2', 'open 3', 'c', 'close 3']);
});

test('after a step that fails the others are skipped, the clean-up runs, and the report says what went wrong', async t => {
  const target = fakeTarget();
  const { log } = target;
  const scenario = scenarioOf('a', [noted(log, 'one'), noted(log, 'two', 1), noted(log, 'three')], {
    setup: [noted(log, 'set-up')],
    cleanup: [noted(log, 'clean-up')],
  });
  const [report] = await runScenarios([scenario], target, options());
  t.is(report.outcome, 'failed');
  t.deepEqual(
    report.steps.map(({ outcome }) => outcome),
    ['passed', 'passed', 'failed', 'skipped', 'passed'],
  );
  t.is(report.steps[2].seen, 'two went wrong');
  t.deepEqual(log, ['open 1', 'set-up', 'one', 'two', 'clean-up', 'close 1']);
});

test('a clean-up that fails makes the scenario fail', async t => {
  const target = fakeTarget();
  const { log } = target;
  const scenario = scenarioOf('a', [noted(log, 'one')], { cleanup: [noted(log, 'clean-up', 1)] });
  t.is((await runScenarios([scenario], target, options()))[0].outcome, 'failed');
});

test('a scenario that failed runs again on another bench, as often as was asked, and its twin does not', async t => {
  const target = fakeTarget();
  const [once] = await runScenarios([scenarioOf('a', [noted(target.log, 'a', 2)])], target, options(2));
  t.is(once.outcome, 'passed');
  t.is(once.runs, 3);
  t.deepEqual(target.log, ['open 1', 'a', 'close 1', 'open 2', 'a', 'close 2', 'open 3', 'a', 'close 3']);
  const twin = fakeTarget();
  const [report] = await runScenarios([scenarioOf('a', [noted(twin.log, 'a', 2)])], twin, options(1));
  t.is(report.outcome, 'failed');
});

test('what the target cannot do is not run, and says so; what it can is run', async t => {
  const scenarios = (target: ReturnType<typeof fakeTarget>) => [
    scenarioOf('cut', [noted(target.log, 'cut')], { needs: ['power'] }),
    scenarioOf('level', [noted(target.log, 'level')], { level: 1 }),
  ];
  const target = fakeTarget();
  const reports = await runScenarios(scenarios(target), target, options());
  t.deepEqual(
    reports.map(({ outcome }) => outcome),
    ['not run', 'not run'],
  );
  t.regex(reports[0].reason ?? '', /cannot cut the power/);
  t.regex(reports[1].reason ?? '', /needs level 1/);
  t.deepEqual(target.log, []);
  const able = fakeTarget({ abilities: ['power'] });
  t.is((await runScenarios(scenarios(able), able, options()))[0].outcome, 'passed');
});

test('a run that is stopped closes its bench', async t => {
  const target = fakeTarget();
  const stop = new AbortController();
  const step = noted(target.log, 'a');
  const stopping = { ...step, kind: { ...step.kind, run: () => new Promise<never>(() => stop.abort()) } };
  await t.throwsAsync(runScenarios([scenarioOf('a', [stopping])], target, options(0, stop.signal)), {
    any: true,
  });
  t.deepEqual(target.log, ['open 1', 'close 1']);
});

test('a soak runs everything again until its time is up, through failures, and keeps what failed', async t => {
  const target = fakeTarget();
  const failing = noted(target.log, 'b', Number.POSITIVE_INFINITY);
  const scenarios = [scenarioOf('a', [noted(target.log, 'a')]), scenarioOf('b', [failing])];
  const reports = await runScenarios(scenarios, target, { ...options(), soakMs: 300 });
  const of = (outcome: string) => reports.filter(report => report.outcome === outcome);
  t.true(of('passed').length > 1);
  t.true(of('failed').length >= 1);
  t.true(of('failed').every(({ steps }) => steps[0].seen === 'b went wrong'));
  t.deepEqual(
    of('passed').map(({ steps }) => steps.length),
    of('passed').map((_, i) => (i === 0 ? 1 : 0)),
  );
});

/** A step that ends when as many of its kind are under way at once. */
function meeting(size: number) {
  let resolve = () => {};
  const all = new Promise<void>(done => {
    resolve = done;
  });
  let came = 0;
  return (log: string[], words: string): ReadyStep => {
    const step = noted(log, words);
    const run = async () => {
      if (++came === size) resolve();
      await all;
      return { seen: 'met' };
    };
    return { ...step, kind: { ...step.kind, run } };
  };
}

test('jobs run side by side, each on a bench of its own, and the report keeps the order of the scenarios', async t => {
  const target = fakeTarget();
  const step = meeting(3);
  const names = ['a', 'b', 'c'];
  const scenarios = [...names.map(name => scenarioOf(name, [step(target.log, name)])), scenarioOf('d', [])];
  const reports = await runScenarios(scenarios, target, { ...options(), jobs: 3 });
  t.deepEqual(
    reports.map(({ name, outcome }) => `${name} ${outcome}`),
    ['a passed', 'b passed', 'c passed', 'd passed'],
  );
  t.deepEqual(target.log.slice(0, 3), ['open 1', 'open 2', 'open 3']);
  t.deepEqual(target.log.slice(3).sort(), ['close 1', 'close 2', 'close 3']);
});

test('a world that does not stand ends every job, and no bench stays open', async t => {
  const target = fakeTarget();
  const { open } = target;
  let opened = 0;
  const broken = {
    ...target,
    open: (...given: Parameters<typeof open>) =>
      ++opened === 2 ? Promise.reject(new Error('no room for it')) : open(...given),
  };
  const scenarios = Array.from({ length: 100 }, (_, i) => scenarioOf(`${i}`, [noted(target.log, 'ran')]));
  await t.throwsAsync(runScenarios(scenarios, broken, { ...options(), jobs: 2 }), {
    message: 'no room for it',
  });
  t.true(target.log.filter(line => line === 'ran').length < 100);
  t.deepEqual(target.log.filter(line => line !== 'ran').sort(), ['close 1', 'open 1']);
});

test('in a soak a world that does not stand once is a failure that counts, and the rest goes on', async t => {
  const target = fakeTarget({ dirty: true });
  const { open } = target;
  let opened = 0;
  const weak = {
    ...target,
    open: (...given: Parameters<typeof open>) =>
      ++opened === 2 ? Promise.reject(new Error('no room for it')) : open(...given),
  };
  const reports = await runScenarios([scenarioOf('a', [noted(target.log, 'a')])], weak, {
    ...options(),
    soakMs: 1500,
  });
  t.is(reports[1].outcome, 'failed');
  t.is(reports[1].steps[0].seen, 'no room for it');
  t.true(reports.length > 2);
  t.true(reports.slice(2).every(({ outcome }) => outcome === 'passed'));
});

test('each target runs all scenarios, side by side as far as there are jobs, and the table has a column for each', async t => {
  const [a, b] = [
    { ...fakeTarget({ abilities: ['power'] }), name: 'a' },
    { ...fakeTarget(), name: 'b' },
  ];
  const step = meeting(2);
  const scenarios = [
    scenarioOf('both | meet', [step(a.log, 'meet')]),
    scenarioOf('cut', [noted(a.log, 'cut')], { needs: ['power'] }),
    scenarioOf('fails', [noted(a.log, 'fails', Number.POSITIVE_INFINITY)]),
  ];
  const reports = await runMatrix(scenarios, [{ target: a }, { target: b }], { ...options(), jobs: 2 });
  t.deepEqual(
    reports.map(column => column.map(({ outcome }) => outcome)),
    [
      ['passed', 'passed', 'failed'],
      ['passed', 'not run', 'failed'],
    ],
  );
  t.deepEqual(tableOf(reports), [
    '| scenario | a | b |',
    '| --- | --- | --- |',
    '| both \\| meet | ✓ | ✓ |',
    '| cut | ✓ | – |',
    '| fails | ✗ | ✗ |',
  ]);
  const broken = { ...fakeTarget(), open: () => Promise.reject(new Error('no room for it')) };
  const other = fakeTarget();
  await t.throwsAsync(
    runMatrix([scenarioOf('a', [noted(other.log, 'a')])], [{ target: broken }, { target: other }], options()),
    { message: 'no room for it' },
  );
  t.deepEqual(other.log, []);
});

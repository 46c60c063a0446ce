import test from 'ava';
import { causes } from '../../../tools/explain/causes.js';
import { codes } from '../../../tools/explain/codes.js';
import { FAULTS, noFaults } from '../../../tools/sim/faultNames.js';
import { drawWorld, type SwarmRun, swarm } from '../../../tools/sim/swarm.js';
import { linesOf } from '../../../tools/sim/swarmLines.js';
import {
  COMPLETE_BOARD_HOURS,
  countVerdicts,
  INNER,
  neverSeen,
  VERDICT_TABLE,
} from '../../../tools/sim/verdicts.js';
import { worldProcess } from '../../../tools/sim/worldProcess.js';

const run = (seed: number, isFine = true): SwarmRun => ({
  ...{ ok: isFine, boardHours: 2, cpuSeconds: 10, links: 3, receipts: 3, replay: `sim --seed ${seed}` },
  faults: { ...noFaults(), power: 1, cut: 2 },
  verdicts: { stale: 1, [seed % 2 ? 'paused' : 'void']: 1 },
  findings: isFine ? [] : [{ rule: 'twice', what: 'a mark ran twice' }],
});

test('seeds of a swarm draw worlds that repeat, of all sizes and mixes', t => {
  const drawn = Array.from({ length: 1000 }, (_, seed) => drawWorld(seed));
  t.deepEqual(
    drawn,
    drawn.map((_, seed) => drawWorld(seed)),
  );
  t.deepEqual([...new Set(drawn.map(({ boards }) => boards))].sort(), [1, 2, 3, 4]);
  for (const [a, b] of FAULTS.flatMap(first => FAULTS.map(second => [first, second] as const))) {
    const met = new Set(drawn.map(({ faults }) => `${faults.includes(a)} ${faults.includes(b)}`));
    t.is(met.size, a === b ? 2 : 4, `${a} and ${b}`);
  }
});

test('a swarm takes seed after seed until the time is over, sums up, and names the line of what broke', async t => {
  const over = new AbortController();
  const seen: number[] = [];
  const result = await swarm({
    ...{ seed: 10, workers: 2, over: over.signal },
    run: async seed => run(seed, seed !== 12),
    onRun: seed => {
      seen.push(seed);
      if (seen.length === 5) over.abort();
    },
  });
  t.false(result.ok);
  t.deepEqual([...result.seeds].sort(), [10, 11, 12, 13, 14, 15].slice(0, result.seeds.length));
  t.deepEqual(result.failures, [
    { seed: 12, rule: 'twice', what: 'a mark ran twice', replay: 'sim --seed 12' },
  ]);
  t.is(result.boardHours, 2 * result.seeds.length);
  t.is(result.faults.cut, 2 * result.seeds.length);
  t.is(result.verdicts.stale, result.seeds.length);
  t.deepEqual(result.never, neverSeen({ stale: 1, paused: 1, void: 1 }));
});

test('a swarm without a world is not fine; a world without a result ends it, unless the time is over', async t => {
  const over = new AbortController();
  const fails = (isOver: boolean) =>
    swarm({
      ...{ seed: 1, workers: 1, over: over.signal, onRun: () => {} },
      run: async () => {
        if (isOver) over.abort();
        throw new Error('no result');
      },
    });
  await t.throwsAsync(fails(false), { message: 'no result' });
  t.false((await fails(true)).ok);
});

test('codes and causes are counted as consoles say them, and nothing else in brackets is', t => {
  const counts = {};
  for (const line of [
    'command 0x2e86ff2715…: rejected (not_anchored): link 3 on chain commits to another envelope',
    '  → block 25: 0xb44b (L4, sync committee, 509 of 512 signed, slot 25, finalized)',
    '  → receipt 4: refused (params)',
    'command 0x2e86ff2715…: undetermined (level): the block is not final yet; then void: the fleet (other)',
  ])
    countVerdicts(counts, line);
  t.deepEqual(counts, { not_anchored: 1, params: 1, level: 1 });
  t.is(neverSeen(counts).length, VERDICT_TABLE.length - 3);
});

test('the table has every code and cause that the firmware gives, but for words among its own parts', t => {
  const given = [...Object.keys(codes), ...Object.keys(causes)];
  t.deepEqual([...new Set([...VERDICT_TABLE, ...INNER])].sort(), [...new Set(given)].sort());
  t.deepEqual(
    INNER.filter(name => (VERDICT_TABLE as readonly string[]).includes(name)),
    [],
  );
});

test('a long swarm must come to every verdict; a short one tells what it missed', async t => {
  const whole = Object.fromEntries(VERDICT_TABLE.map(name => [name, 1]));
  const { cohort, ...missed } = whole;
  t.is(cohort, 1);
  for (const [boardHours, verdicts, isFine] of [
    [COMPLETE_BOARD_HOURS, whole, true],
    [COMPLETE_BOARD_HOURS, missed, false],
    [COMPLETE_BOARD_HOURS - 1, missed, true],
  ] as const) {
    const over = new AbortController();
    const result = await swarm({
      ...{ seed: 1, workers: 1, over: over.signal, onRun: () => over.abort() },
      run: async seed => ({ ...run(seed), boardHours, verdicts }),
    });
    t.is(result.ok, isFine);
    t.deepEqual(result.never, verdicts === whole ? [] : ['cohort']);
    const text = linesOf(result).join('\n');
    t.is(/✗ boards did not come to every verdict/.test(text), !isFine);
    t.is(/never seen: cohort, in less than 200/.test(text), isFine && verdicts === missed);
  }
});

test('a world whose process ends with an error is named by its line and that error', async t => {
  const nobody = { boards: 0, hours: 0.1, faults: FAULTS };
  await t.throwsAsync(worldProcess(7, nobody, new AbortController().signal), {
    message: /^holdfast sim --seed 0x7 --boards 0 --hours 0\.1 ended with: .*boards/,
  });
});

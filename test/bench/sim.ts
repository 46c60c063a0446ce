/** `npm run bench:sim`: simulated board-hours in an hour of the processor, all processes counted. */

import { simulate } from '../../tools/sim/simulation.js';
import { flagsOf } from './flags.js';

const help = `Usage: npm run bench:sim -- [--boards N] [--hours H] [--portable] [--json]

Runs a world without faults three times, with an order a minute to each board at level 1 and at level 4, and with an
order an hour, and counts the processor time of the simulation and of its chain. Without the chain's own figure (other
systems than Linux) it says so. Two more worlds tell how long orders take from their transaction to their receipt, in
virtual time: 50, 95 and 99 of a hundred at most, with blocks of 12 s and epochs of 48 s, final two epochs later (level 1)
or by the sync committee (level 4). Boards are asked anew each 20 s.

  --boards N   default 10
  --hours H    of virtual time, default 1 (with an order an hour four times as many)
  --portable   no native crypto
  --json       {"results": [{"name", "value", "unit", "goal", "met", "links", "boardHours", "cpuSeconds", "chainCpuSeconds"}]}
               of times {"name", "value", "unit", "orders"}
  --help       print this

The exit status is 0 when every goal is met, 1 when one is not, 2 on wrong use.
`;

const MINUTE_MS = 60_000;
const RUNS = [
  { name: 'sim.speed.minute', pauseMs: MINUTE_MS, times: 1, goal: 1500, faults: [] },
  { name: 'sim.speed.finality', pauseMs: MINUTE_MS, times: 1, goal: 1500, faults: ['beacon'] },
  { name: 'sim.speed.hour', pauseMs: 60 * MINUTE_MS, times: 4, goal: 5000, faults: [] },
] as const;

const SETTLING = [
  { name: 'sim.settle.quorum', faults: [] },
  { name: 'sim.settle.finality', faults: ['beacon'] },
] as const;

type Run = (typeof RUNS)[number];

async function settle({ faults, name }: (typeof SETTLING)[number], boards: number, hours: number) {
  const { ok, settling } = await simulate({
    ...{ seed: 1, boards, hours, faults, orderPauseMs: 5 * MINUTE_MS, isPrompt: true },
    signal: new AbortController().signal,
  });
  if (!ok) throw new Error(`${name}: a rule was broken, see holdfast sim --seed 1`);
  const { orders, ...times } = settling;
  return Object.entries(times).map(([share, ms]) => ({
    ...{ name: `${name}.${share}`, value: Math.round(ms / 1000), unit: 'virtual seconds', orders },
  }));
}

async function measure(
  { faults, goal, name, pauseMs, times }: Run,
  boards: number,
  hours: number,
  portable: boolean,
) {
  const { boardHours, chainCpuSeconds, cpuSeconds, links, ok } = await simulate({
    ...{ seed: 1, boards, hours: hours * times, faults, portable, orderPauseMs: pauseMs },
    signal: new AbortController().signal,
  });
  if (!ok) throw new Error(`${name}: a rule was broken, see holdfast sim --seed 1`);
  const value = Math.round((boardHours * 3600) / (cpuSeconds + (chainCpuSeconds ?? 0)));
  const unit = 'board-hours/CPU-hour';
  return { name, value, unit, goal, met: value >= goal, links, boardHours, cpuSeconds, chainCpuSeconds };
}

async function main(): Promise<number> {
  const values = flagsOf('bench:sim', help, {
    boards: { type: 'string', default: '10' },
    hours: { type: 'string', default: '1' },
    portable: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  if (typeof values === 'number') return values;
  const [boards, hours] = [Number(values.boards), Number(values.hours)];
  if (!(boards >= 1 && hours > 0)) {
    process.stderr.write('bench:sim: --boards and --hours take numbers. See npm run bench:sim -- --help\n');
    return 2;
  }
  const results = [];
  for (const run of RUNS) {
    const result = await measure(run, boards, hours, values.portable);
    results.push(result);
    const { chainCpuSeconds, cpuSeconds, goal, links, met, name, unit, value } = result;
    const chain =
      chainCpuSeconds === undefined ? 'the chain not counted' : `chain ${chainCpuSeconds.toFixed(1)} s`;
    if (!values.json)
      process.stdout.write(
        `${name}  ${value} ${unit}, goal ${goal}: ${met ? 'met' : 'MISSED'} (${links} links, ${cpuSeconds.toFixed(1)} s, ${chain})\n`,
      );
  }
  const settled = [];
  for (const world of SETTLING) settled.push(...(await settle(world, boards, hours)));
  if (!values.json)
    for (const { name, orders, unit, value } of settled)
      process.stdout.write(`${name}  ${value} ${unit} (${orders} orders)\n`);
  if (values.json) process.stdout.write(`${JSON.stringify({ results: [...results, ...settled] })}\n`);
  return results.every(({ met }) => met) ? 0 : 1;
}

process.exitCode = await main();

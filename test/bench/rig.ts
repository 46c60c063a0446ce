/** `npm run bench:rig`: the project's scenarios on simulated boards, and what the runner adds to what a board needs. */

import { failureOf } from '../../tools/rig/junit.js';
import { loadScenarios } from '../../tools/rig/load.js';
import { runScenarios, type ScenarioReport, tallyOf } from '../../tools/rig/run.js';
import { simulatedTarget, type Target } from '../../tools/rig/target.js';
import { flagsOf } from './flags.js';

const help = `Usage: npm run bench:rig -- [--only TEXT] [--json]

Runs the scenarios of test/rig on boards in XS and on Node, two at once, and then in XS one at a time: what is left of that
time without the steps and without setting up worlds is the runner's own.

  --only TEXT  scenarios whose name has this text in it
  --json       {"results": [{"name", "value", "unit", "goal", "met", "scenarios", "worlds"}]}
  --help       print this

The exit status is 0 when every goal is met, 1 when one is not or a scenario fails, 2 on wrong use.
`;

const FOLDER = 'test/rig';
const JOBS = 2;
/** Of 30 scenarios or more. */
const SCENARIOS_SECONDS_GOAL = 90;
const OVERHEAD_SECONDS_GOAL = 0.3;

interface Run {
  reports: readonly ScenarioReport[];
  seconds: number;
  /** Worlds that were set up, and the seconds which that took. */
  worlds: number;
  setUpSeconds: number;
}

async function run(
  scenarios: Awaited<ReturnType<typeof loadScenarios>>,
  target: Target,
  jobs: number,
): Promise<Run> {
  let [worlds, setUpMs] = [0, 0];
  const open: Target['open'] = async (...given) => {
    const from = performance.now();
    const bench = await target.open(...given);
    setUpMs += performance.now() - from;
    worlds++;
    return bench;
  };
  const listener = { opening: () => {}, begin: () => {}, step: () => {}, end: tell };
  const from = performance.now();
  const { signal } = new AbortController();
  const reports = await runScenarios(scenarios, { ...target, open }, { jobs, retries: 0, signal, listener });
  const seconds = (performance.now() - from) / 1000;
  const { failed, passed } = tallyOf(reports);
  if (failed > 0 || passed === 0) throw new Error(`${failed} scenarios failed on ${target.name}`);
  return { reports, seconds, worlds, setUpSeconds: setUpMs / 1000 };
}

const tell = ({ name, outcome, steps }: ScenarioReport) =>
  process.stderr.write(`  ${outcome}: ${name}${outcome === 'failed' ? `: ${failureOf(steps)}` : ''}\n`);

const rounded = (value: number) => Math.round(value * 100) / 100;

async function main(): Promise<number> {
  const values = flagsOf('bench:rig', help, {
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  });
  if (typeof values === 'number') return values;
  const scenarios = (await loadScenarios(FOLDER)).filter(({ name }) => name.includes(values.only));
  const targetOf = (engine: 'node' | 'xs') => simulatedTarget({ engine, level: 4, oneSocket: false });
  const results = [];
  // XS first: where it is not built, a person knows at once.
  for (const engine of ['xs', 'node'] as const) {
    const { reports, seconds, worlds } = await run(scenarios, targetOf(engine), JOBS);
    const value = rounded(seconds);
    const of = { scenarios: tallyOf(reports).passed, worlds };
    const goal = SCENARIOS_SECONDS_GOAL;
    results.push({ name: `rig.scenarios.${engine}`, value, unit: 's', goal, met: value <= goal, ...of });
  }
  const { reports, seconds, setUpSeconds, worlds } = await run(scenarios, targetOf('xs'), 1);
  const stepsMs = reports
    .flatMap(({ steps }) => steps)
    .reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const { passed } = tallyOf(reports);
  const value = rounded((seconds - setUpSeconds - stepsMs / 1000) / passed);
  const goal = OVERHEAD_SECONDS_GOAL;
  const of = { scenarios: passed, worlds };
  results.push({ name: 'rig.overhead', value, unit: 's/scenario', goal, met: value <= goal, ...of });
  if (values.json) process.stdout.write(`${JSON.stringify({ results })}\n`);
  else
    for (const { goal, met, name, scenarios, unit, value, worlds } of results)
      process.stdout.write(
        `${name}  ${value} ${unit}, goal ${goal}: ${met ? 'met' : 'MISSED'} (${scenarios} scenarios, ${worlds} worlds)\n`,
      );
  return results.every(({ met }) => met) ? 0 : 1;
}

process.exit(
  await main().catch(error => {
    process.stderr.write(`bench:rig: ${(error as Error).message}\n`);
    return 1;
  }),
);

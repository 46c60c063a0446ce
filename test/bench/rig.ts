/** `npm run bench:rig`: the project's scenarios on simulated boards, and what the runner adds to what a board needs. */

import type { Target } from '../../tools/rig/bench/target.js';
import { failureOf } from '../../tools/rig/junit.js';
import { loadScenarios } from '../../tools/rig/load.js';
import { runScenarios, type ScenarioReport, tallyOf } from '../../tools/rig/run.js';
import { simulatedTarget } from '../../tools/rig/target.js';
import { flagsOf } from './flags.js';
import { measureFlash } from './flashRate.js';

const help = `Usage: npm run bench:rig -- [--only TEXT] [--json]

Runs the scenarios of test/rig on boards in XS and on Node, two at once, and then in XS one at a time: what is left of that
time without the steps and without setting up worlds is the runner's own. Then a chip that is played is flashed over a line
as slow as one of 115,200 and one of 921,600 bits a second.

  --only TEXT  scenarios whose name has this text in it
  --flash      flash alone
  --json       {"results": [{"name", "value", "unit", "goal", "met", "of"}]}
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
    flash: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  if (typeof values === 'number') return values;
  const results = [...(values.flash ? [] : await scenarioResults(values.only)), ...(await flashResults())];
  if (values.json) process.stdout.write(`${JSON.stringify({ results })}\n`);
  else
    for (const { goal, met, name, of, unit, value } of results)
      process.stdout.write(`${name}  ${value} ${unit}, goal ${goal}: ${met ? 'met' : 'MISSED'} (${of})\n`);
  return results.every(({ met }) => met) ? 0 : 1;
}

interface Figure {
  name: string;
  value: number;
  unit: string;
  goal: number;
  met: boolean;
  /** For people: what it was measured on. */
  of: string;
}

/** Of the line's rate. */
const FLASH_SHARE_GOAL = 0.9;

async function flashResults(): Promise<Figure[]> {
  const results: Figure[] = [];
  for (const [baud, bytes] of [
    [115_200, 512 * 1024],
    [921_600, 1536 * 1024],
  ]) {
    const { deflated, seconds, sent, share } = await measureFlash(baud, bytes);
    const value = rounded(share);
    const goal = FLASH_SHARE_GOAL;
    const of = `${deflated} bytes compressed, ${sent} on the wire, ${seconds.toFixed(1)} s`;
    results.push({ name: `flash.rate.${baud}`, value, unit: 'of the line', goal, met: value >= goal, of });
  }
  return results;
}

async function scenarioResults(only: string): Promise<Figure[]> {
  const scenarios = (await loadScenarios(FOLDER)).filter(({ name }) => name.includes(only));
  const targetOf = (engine: 'node' | 'xs') => simulatedTarget({ engine, level: 4, oneSocket: false });
  const results: Figure[] = [];
  // XS first: where it is not built, a person knows at once.
  for (const engine of ['xs', 'node'] as const) {
    const { reports, seconds, worlds } = await run(scenarios, targetOf(engine), JOBS);
    const value = rounded(seconds);
    const of = `${tallyOf(reports).passed} scenarios, ${worlds} worlds`;
    const goal = SCENARIOS_SECONDS_GOAL;
    results.push({ name: `rig.scenarios.${engine}`, value, unit: 's', goal, met: value <= goal, of });
  }
  const { reports, seconds, setUpSeconds, worlds } = await run(scenarios, targetOf('xs'), 1);
  const stepsMs = reports
    .flatMap(({ steps }) => steps)
    .reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const { passed } = tallyOf(reports);
  const value = rounded((seconds - setUpSeconds - stepsMs / 1000) / passed);
  const goal = OVERHEAD_SECONDS_GOAL;
  const of = `${passed} scenarios, ${worlds} worlds`;
  results.push({ name: 'rig.overhead', value, unit: 's/scenario', goal, met: value <= goal, of });
  return results;
}

process.exit(
  await main().catch(error => {
    process.stderr.write(`bench:rig: ${(error as Error).message}\n`);
    return 1;
  }),
);

/** All scenarios on a target: one bench serves many, as long as each leaves it as it was. */
import type { Bench } from './bench/bench.js';
import type { Scenario } from './parse.js';
import { recover } from './recover.js';
import { runSteps, type StepReport } from './runScenario.js';
import { type Target, unfit } from './target.js';

/** The outcome of a scenario on a target. */
export interface ScenarioReport {
  name: string;
  file: string;
  target: string;
  outcome: 'passed' | 'failed' | 'not run';
  /** Why it was not run, or failed outside its steps. */
  reason?: string;
  seconds: number;
  /** Runs that it took, with `retries`. */
  runs: number;
  steps: readonly StepReport[];
  /** The last lines of the board, of a scenario that failed. */
  lines?: readonly string[];
}

/** The number of scenarios of each outcome. */
export function tallyOf(reports: readonly ScenarioReport[]): Record<ScenarioReport['outcome'], number> {
  const tally = { passed: 0, failed: 0, 'not run': 0 };
  for (const { outcome } of reports) tally[outcome]++;
  return tally;
}

export interface RunListener {
  /** A world is set up; a step of that, for a person who waits. */
  opening(detail: string): void;
  begin(scenario: Scenario): void;
  step(report: StepReport): void;
  end(report: ScenarioReport): void;
}

export interface RunOptions {
  /** So many further runs of a scenario that failed, each on a new bench. */
  retries: number;
  /** Milliseconds for which all of them are run again and again, whatever fails; once if left out. */
  soakMs?: number;
  signal: AbortSignal;
  listener: RunListener;
}

/** Lines of the board in the report of a failure. */
const LINES_REPORTED_MAX = 60;

/**
 * Runs the scenarios in their order. Of further rounds the steps of what passed are not kept.
 * @throws what keeps a world from standing, and when the signal says to stop
 */
export async function runScenarios(
  scenarios: readonly Scenario[],
  target: Target,
  options: RunOptions,
): Promise<ScenarioReport[]> {
  const { listener, soakMs = 0 } = options;
  const benches = new Benches(target, options);
  const reports: ScenarioReport[] = [];
  const end = Date.now() + soakMs;
  try {
    for (let isFirst = true; isFirst || Date.now() < end; isFirst = false) {
      for (const scenario of scenarios) {
        if (!isFirst && Date.now() >= end) break;
        const report = await runOne(scenario, target, benches, options);
        reports.push(isFirst || report.outcome === 'failed' ? report : { ...report, steps: [] });
        listener.end(report);
      }
    }
  } finally {
    await benches.close();
  }
  return reports;
}

async function runOne(
  scenario: Scenario,
  target: Target,
  benches: Benches,
  { listener, retries, signal }: RunOptions,
): Promise<ScenarioReport> {
  const { file, fresh, name } = scenario;
  const about = { name, file, target: target.name };
  const reason = unfit(scenario, target);
  if (reason !== undefined) return { ...about, outcome: 'not run', reason, seconds: 0, runs: 0, steps: [] };
  for (let runs = 1; ; runs++) {
    signal.throwIfAborted();
    const bench = await benches.take(fresh);
    listener.begin(scenario);
    const from = performance.now();
    bench.begin();
    const steps = await runSteps(bench, scenario, signal, listener.step);
    const passed = steps.every(({ outcome }) => outcome === 'passed');
    const seconds = Math.round((performance.now() - from) / 10) / 100;
    const lines = bench.watch.lines.slice(-LINES_REPORTED_MAX);
    await benches.giveBack(bench, passed && !fresh);
    if (passed) return { ...about, outcome: 'passed', seconds, runs, steps };
    if (runs > retries) return { ...about, outcome: 'failed', seconds, runs, steps, lines };
  }
}

/** The benches of a run: one at a time, kept while it is clean. */
class Benches {
  readonly #target: Target;
  readonly #options: RunOptions;
  #clean: Bench | undefined;

  constructor(target: Target, options: RunOptions) {
    this.#target = target;
    this.#options = options;
  }

  async take(fresh: boolean): Promise<Bench> {
    if (fresh) await this.#drop();
    if (this.#clean) return this.#clean;
    const { listener, signal } = this.#options;
    this.#clean = await this.#target.open(signal, (name, detail) => listener.opening(`${name} ${detail}`));
    return this.#clean;
  }

  /** Keeps the bench for the next scenario where it is as it was; else the next one gets another. */
  async giveBack(bench: Bench, isClean: boolean): Promise<void> {
    if (isClean && (await recover(bench)) === undefined) return;
    await this.#drop();
  }

  close(): Promise<void> {
    return this.#drop();
  }

  async #drop(): Promise<void> {
    const bench = this.#clean;
    this.#clean = undefined;
    await bench?.close();
  }
}

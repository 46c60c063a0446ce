/** All scenarios on a target: a bench serves many, as long as each leaves it as it was; jobs run side by side. */
import { setTimeout as sleep } from 'node:timers/promises';
import { oneLine } from '../cli/failure.js';
import type { Target } from './bench/target.js';
import { Benches } from './benches.js';
import type { Scenario } from './parse.js';
import { type PowerSample, tracePower } from './power/trace.js';
import { runSteps, type StepReport } from './runScenario.js';
import { unfit } from './target.js';

/** The outcome of a scenario on a target. */
export interface ScenarioReport {
  name: string;
  file: string;
  target: string;
  outcome: 'passed' | 'failed' | 'not run';
  /** The reason why it was not run. */
  reason?: string;
  seconds: number;
  /** Runs that it took, with `retries`. */
  runs: number;
  steps: readonly StepReport[];
  /** The last lines of the board, of a scenario that failed. */
  lines?: readonly string[];
  /** Path of the recording of its board, of one that failed: `holdfast replay` runs it again. */
  recording?: string;
  /** The command line that runs it again, of one that failed. */
  again?: string;
  /** The current that the board drew, where its supply measures. */
  power?: readonly PowerSample[];
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
  step(scenario: Scenario, report: StepReport): void;
  end(report: ScenarioReport): void;
}

export interface RunOptions {
  /** So many further runs of a scenario that failed, each on a new bench. */
  retries: number;
  /** Scenarios at once, each on a bench of its own; one if left out. */
  jobs?: number;
  /** Milliseconds for which all of them are run again and again, whatever fails; once if left out. */
  soakMs?: number;
  signal: AbortSignal;
  listener: RunListener;
}

/** Milliseconds from a world that did not stand to the next. */
const UNSTOOD_MS = 1000;
/** Lines of the board in the report of a failure. */
const LINES_REPORTED_MAX = 60;

/**
 * Runs the scenarios, begun in their order and reported in it. Of further rounds the steps of what passed are not kept.
 * @throws what keeps a world from standing, and when the signal says to stop; then no other job begins anything more
 */
export async function runScenarios(
  scenarios: readonly Scenario[],
  target: Target,
  options: RunOptions,
): Promise<ScenarioReport[]> {
  const { jobs = 1, listener, signal, soakMs = 0 } = options;
  const turns = turnsOf(scenarios, Date.now() + soakMs);
  const reports: ScenarioReport[] = [];
  const job = async () => {
    const benches = new Benches(target, { signal, opening: listener.opening });
    try {
      // The turns are one for all jobs: an error that leaves this loop ends them.
      for (const { at, isFirst, scenario } of turns) {
        const report = await runOne(scenario, target, benches, options).catch(async error => {
          // A night is not over because a world did not stand once; the first round says what is wrong with all.
          if (isFirst || signal.aborted) throw error;
          await sleep(UNSTOOD_MS, undefined, { signal });
          return unstood(scenario, target, error);
        });
        reports[at] = isFirst || report.outcome === 'failed' ? report : { ...report, steps: [] };
        listener.end(report);
      }
    } finally {
      await benches.close();
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: jobs }, job));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
  return reports;
}

/** A scenario that never began. */
const unstood = ({ file, name }: Scenario, target: Target, error: unknown): ScenarioReport => ({
  ...{ name, file, target: target.name, outcome: 'failed', seconds: 0, runs: 1, lines: [] },
  steps: [
    { words: 'its world', outcome: 'failed', milliseconds: 0, seen: oneLine((error as Error).message) },
  ],
});

interface Turn {
  /** Its place among all reports. */
  at: number;
  isFirst: boolean;
  scenario: Scenario;
}

/** Each scenario once, then all of them again and again until the time is over. */
function* turnsOf(scenarios: readonly Scenario[], endMs: number): Generator<Turn, void> {
  let at = 0;
  for (let isFirst = true; isFirst || Date.now() < endMs; isFirst = false) {
    for (const scenario of scenarios) {
      if (!isFirst && Date.now() >= endMs) return;
      yield { at: at++, isFirst, scenario };
    }
  }
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
    const bench = benches.isSpent ? undefined : await benches.take(fresh);
    if (!bench) {
      const reason = 'a scenario before it left the board so that it must be made new, and nothing does that';
      return { ...about, outcome: 'not run', reason, seconds: 0, runs: 0, steps: [] };
    }
    listener.begin(scenario);
    const { clock } = bench.pace;
    const from = clock.monotonic();
    bench.begin();
    const trace = bench.current && tracePower(bench.current);
    const steps = await runSteps(bench, scenario, signal, report => listener.step(scenario, report)).finally(
      () => trace?.end(),
    );
    const passed = steps.every(({ outcome }) => outcome === 'passed');
    const seconds = Math.round((clock.monotonic() - from) / 10) / 100;
    const lines = bench.watch.lines.slice(-LINES_REPORTED_MAX);
    const isOver = passed || runs > retries || target.isOnce === true;
    const recording = passed || !isOver ? undefined : bench.recording?.keepAs(name);
    await benches.giveBack(bench, passed && !fresh);
    const power = trace && { power: trace.end() };
    if (passed) return { ...about, outcome: 'passed', seconds, runs, steps, ...power };
    if (isOver)
      return {
        ...about,
        outcome: 'failed',
        seconds,
        runs,
        steps,
        lines,
        ...power,
        ...(recording && { recording }),
      };
  }
}

/** One scenario on a bench: its set-up, its steps, and its clean-up whatever happened. */
import { patient } from '../../host-sim/node/patience.js';
import { oneLine } from '../cli/failure.js';
import { unlessStopped } from '../demo/closing.js';
import type { Bench } from './bench/bench.js';
import { type Done, StepFailure } from './bench/outcome.js';
import type { ReadyStep, Scenario } from './parse.js';

/** The outcome of a step, for the report. */
export interface StepReport {
  words: string;
  /** `skipped`: a step before it failed. */
  outcome: 'passed' | 'failed' | 'skipped';
  milliseconds: number;
  /** A line: the sight of a step that passed, the fault of one that failed. */
  seen?: string;
  /** The path of the proof that the board showed. */
  trail?: Done['trail'];
}

/** Milliseconds that a step may take, besides what the engine of the board is known to need. */
const STEP_MS = 120_000;

/** Runs all of it and never throws, but for the signal. `onStep` is told of each step that ended. */
export async function runSteps(
  bench: Bench,
  { cleanup, setup, steps }: Scenario,
  signal: AbortSignal,
  onStep: (report: StepReport) => void,
): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  let failed = false;
  const run = async (step: ReadyStep, skip: boolean) => {
    const report = skip ? skipped(step) : await runStep(bench, step, signal);
    failed ||= report.outcome === 'failed';
    reports.push(report);
    onStep(report);
  };
  for (const step of [...setup, ...steps]) await run(step, failed);
  for (const step of cleanup) await run(step, false);
  return reports;
}

const skipped = ({ words }: ReadyStep): StepReport => ({ words, outcome: 'skipped', milliseconds: 0 });

async function runStep(
  bench: Bench,
  { kind, value, words }: ReadyStep,
  signal: AbortSignal,
): Promise<StepReport> {
  const { clock } = bench.pace;
  const from = clock.monotonic();
  const milliseconds = () => clock.monotonic() - from;
  const limitMs = patient(STEP_MS) + 2 * bench.world.patience;
  try {
    const done = await within(
      limitMs,
      unlessStopped(
        signal,
        bench.pace.during(() => kind.run(bench, value)),
      ),
    );
    return { words, outcome: 'passed', milliseconds: milliseconds(), ...done };
  } catch (error) {
    signal.throwIfAborted();
    const seen = oneLine(error instanceof Error ? error.message : String(error), 1000);
    const trail = error instanceof StepFailure ? error.trail : undefined;
    return { words, outcome: 'failed', milliseconds: milliseconds(), seen, trail };
  }
}

/** @throws Error when it takes longer */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const tooLate = () => reject(new Error(`the step did not end within ${milliseconds / 1000} s`));
    timer = setTimeout(tooLate, milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

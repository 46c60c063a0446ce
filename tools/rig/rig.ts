/** A run of scenarios on one target, told to a person and written down. */
import { painted, terminalOf } from '../cli/terminal.js';
import { writeWholeFiles } from '../cli/wholeFiles.js';
import type { Target, TargetOptions } from './bench/target.js';
import { failureOf, junitOf } from './junit.js';
import { pageOf } from './page.js';
import type { Scenario } from './parse.js';
import { type RunListener, runScenarios, type ScenarioReport, tallyOf } from './run.js';
import type { DeskBoard } from './serial/boards.js';
import { simulatedTarget } from './target.js';

export interface RigOptions extends Omit<TargetOptions, 'buses' | 'image'> {
  scenarios: readonly Scenario[];
  /** Real boards, in place of one of `engine`. */
  desks?: readonly DeskBoard[];
  /** The folder of their reservations; none are made if left out. */
  reservations?: string;
  /** Milliseconds to wait for a board that another run holds. */
  waitMs: number;
  /** Path of the board's app; the relay of the examples if left out. */
  app?: string;
  retries: number;
  jobs: number;
  soakMs?: number;
  /** Paths of the reports that are wanted. */
  junit?: string;
  html?: string;
  /** The command line that runs the scenario of that name again; all of them for an empty name. */
  again(name: string): string;
  json: boolean;
  note(line: string): void;
  progress?(what: string | undefined): void;
  warn(line: string): void;
  signal: AbortSignal;
}

export interface RigResult {
  ok: boolean;
  target: string;
  seconds: number;
  passed: number;
  failed: number;
  notRun: number;
  /** Of the scenarios, without what set-up and clean-up of their worlds took. */
  reports: (ScenarioReport & { failure?: string; again?: string })[];
}

/** @throws Failure of an app that cannot be built, a report that cannot be written; Error of a world that does not stand */
export async function runRig(options: RigOptions): Promise<RigResult> {
  const { again, html, jobs, junit, note, progress, retries, scenarios, signal, soakMs } = options;
  const begun = new Date();
  const target = await targetOf(options);
  const listener = listenerOf(note, progress);
  const ran = await runScenarios(scenarios, target, { jobs, retries, soakMs, signal, listener });
  progress?.(undefined);
  const seconds = Math.round((Date.now() - begun.getTime()) / 100) / 10;
  const facts = { target: target.name, begun: begun.toISOString(), seconds, again: again('') };
  writeWholeFiles([
    ...(junit === undefined ? [] : [[junit, junitOf(ran)] as const]),
    ...(html === undefined ? [] : [[html, pageOf(ran, facts)] as const]),
  ]);
  const { failed, 'not run': notRun, passed } = tallyOf(ran);
  const reports = ran.map(report =>
    report.outcome === 'failed'
      ? { ...report, failure: failureOf(report.steps), again: again(report.name) }
      : report,
  );
  return { ok: failed === 0 && passed > 0, target: target.name, seconds, passed, failed, notRun, reports };
}

async function targetOf(options: RigOptions): Promise<Target> {
  const { app, desks, level, note, oneSocket, reservations, waitMs } = options;
  if (desks) {
    const { targetOfDesks } = await import('./desks.js');
    return targetOfDesks(desks, { level, oneSocket, reservations, waitMs, note });
  }
  const board = app === undefined ? {} : await appOf(app, options);
  return simulatedTarget({ ...options, ...board });
}

/** An author's app as the board's first image, and the devices on its buses. */
async function appOf(
  app: string,
  { progress, signal, warn }: RigOptions,
): Promise<Pick<TargetOptions, 'buses' | 'image'>> {
  const { authorsApp } = await import('../demo/authorsApp.js');
  const { buses, image } = await authorsApp(app, signal, warn, progress);
  return { buses, image };
}

function listenerOf(note: RigOptions['note'], progress: RigOptions['progress']): RunListener {
  const terminal = terminalOf(process.stderr, process.env);
  const marks = {
    passed: painted(terminal, 'green', '✓'),
    failed: painted(terminal, 'red', '✗'),
    'not run': painted(terminal, 'dim', '–'),
  };
  return {
    opening: detail => progress?.(`sets up a world: ${detail}`),
    begin: ({ name }) => progress?.(name),
    step: ({ name }, { words }) => progress?.(`${name}: ${words}`),
    end: ({ outcome, reason, seconds, ...report }) =>
      note(`${marks[outcome]} ${report.name}${reason ? ` (${reason})` : `  ${seconds.toFixed(1)} s`}`),
  };
}

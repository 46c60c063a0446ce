/** A run of scenarios on one target, told to a person and written down. */
import { dirname } from 'node:path';
import { painted, terminalOf } from '../cli/terminal.js';
import { writeWholeFiles } from '../cli/wholeFiles.js';
import type { Target, TargetOptions } from './bench/target.js';
import type { ChosenTarget } from './chooseTarget.js';
import { failureOf, junitOf } from './junit.js';
import { type Column, runMatrix, tableOf } from './matrix.js';
import { pageOf } from './page.js';
import type { Scenario } from './parse.js';
import { type RunListener, type ScenarioReport, tallyOf } from './run.js';
import { simulatedTarget } from './target.js';

export interface RigOptions extends Omit<TargetOptions, 'buses' | 'engine' | 'image'> {
  scenarios: readonly Scenario[];
  /** All scenarios run on each. */
  targets: readonly ChosenTarget[];
  /** Each target runs with each of them: image files, or `current`; that alone if empty. */
  images: readonly string[];
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
  /** The folder for recordings of what failed; none are made if left out. */
  record?: string;
  /** The command line that runs the scenario of that name again; all of them for an empty name. */
  again(name: string, on?: { target: string; image?: string }): string;
  json: boolean;
  note(line: string): void;
  progress?(what: string | undefined): void;
  warn(line: string): void;
  signal: AbortSignal;
}

export interface RigResult {
  ok: boolean;
  /** Their names, with commas. */
  target: string;
  /** Of several targets, Markdown. */
  table?: string[];
  seconds: number;
  passed: number;
  failed: number;
  notRun: number;
  /** Of the scenarios, without what set-up and clean-up of their worlds took. */
  reports: (ScenarioReport & { failure?: string })[];
}

/** @throws Failure of an app that cannot be built, a report that cannot be written; Error of a world that does not stand */
export async function runRig(options: RigOptions): Promise<RigResult> {
  const { again, html, jobs, junit, note, progress, retries, scenarios, signal, soakMs } = options;
  const begun = new Date();
  const columns = await columnsOf(options);
  const target = columns.map(each => each.target.name).join(', ');
  const isOne = columns.length === 1;
  const listener = listenerOf(note, progress, isOne);
  const all = await runMatrix(scenarios, columns, { jobs, retries, soakMs, signal, listener });
  progress?.(undefined);
  const reports = all.flatMap((column, i) =>
    column.map(report =>
      report.outcome === 'failed'
        ? { ...report, failure: failureOf(report.steps), again: again(report.name, columns[i].on) }
        : report,
    ),
  );
  const seconds = Math.round((Date.now() - begun.getTime()) / 100) / 10;
  const facts = { target, begun: begun.toISOString(), seconds, again: again('') };
  writeWholeFiles([
    ...(junit === undefined ? [] : [[junit, junitOf(reports)] as const]),
    ...(html === undefined ? [] : [[html, pageOf(reports, { ...facts, folder: dirname(html) })] as const]),
  ]);
  const { failed, 'not run': notRun, passed } = tallyOf(reports);
  const table = isOne ? {} : { table: tableOf(all) };
  return { ok: failed === 0 && passed > 0, target, ...table, seconds, passed, failed, notRun, reports };
}

interface Named extends Column {
  on: { target: string; image?: string };
}

/** A column for each target and each image. */
async function columnsOf(options: RigOptions): Promise<Named[]> {
  const { images, targets } = options;
  const columns: Named[] = [];
  for (const chosen of targets)
    for (const image of images.length > 0 ? images : [undefined]) {
      const target = await targetOf(chosen, image === 'current' ? undefined : image, options);
      const name = image === undefined ? target.name : `${target.name}, ${image}`;
      const on = { target: chosen.name, ...(image !== undefined && { image }) };
      columns.push({
        target: { ...target, name },
        benches: chosen.seed === undefined ? chosen.desks?.length : 1,
        on,
      });
    }
  return columns;
}

async function targetOf(
  { desks, engine, seed }: ChosenTarget,
  image: string | undefined,
  options: RigOptions,
): Promise<Target> {
  const { app, level, note, oneSocket, record: recordings, reservations, waitMs } = options;
  if (seed !== undefined) {
    const { seededTarget } = await import('./seeded/seededTarget.js');
    return seededTarget(seed);
  }
  if (desks) {
    const { targetOfDesks } = await import('./desks.js');
    return targetOfDesks(desks, { image, level, oneSocket, reservations, waitMs, note });
  }
  if (image !== undefined) {
    const { imageOf } = await import('./imageFile.js');
    return simulatedTarget({ engine, level, oneSocket, recordings, image: imageOf(image) });
  }
  const board = app === undefined ? {} : await appOf(app, options);
  return simulatedTarget({ engine, level, oneSocket, recordings, ...board });
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

function listenerOf(note: RigOptions['note'], progress: RigOptions['progress'], isOne: boolean): RunListener {
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
    end: ({ name, outcome, reason, seconds, target }) =>
      note(
        `${marks[outcome]} ${isOne ? '' : `${target}: `}${name}${reason ? ` (${reason})` : `  ${seconds.toFixed(1)} s`}`,
      ),
  };
}

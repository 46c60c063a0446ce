/** Scenarios on several targets: a column for each, as many side by side as there are jobs for. */
import type { Target } from './bench/target.js';
import type { Scenario } from './parse.js';
import { type RunOptions, runScenarios, type ScenarioReport } from './run.js';

export interface Column {
  target: Target;
  /** Its benches at once, at most; no bound if left out. */
  benches?: number;
}

/**
 * The reports of each target, in the order of the targets. `jobs` are those of all together.
 * @throws what ends one of the runs; then no other begins anything more
 */
export async function runMatrix(
  scenarios: readonly Scenario[],
  columns: readonly Column[],
  options: RunOptions,
): Promise<ScenarioReport[][]> {
  const { jobs = 1, signal } = options;
  const stop = new AbortController();
  const each = {
    ...options,
    signal: AbortSignal.any([signal, stop.signal]),
  };
  const side = Math.min(columns.length, jobs);
  const reports: ScenarioReport[][] = [];
  let next = 0;
  const work = async (worker: number) => {
    while (next < columns.length) {
      const at = next++;
      const { benches = Number.POSITIVE_INFINITY, target } = columns[at];
      // The first workers take what does not divide.
      const share = Math.floor(jobs / side) + (worker < jobs % side ? 1 : 0);
      reports[at] = await runScenarios(scenarios, target, { ...each, jobs: Math.min(share, benches) });
    }
  };
  const ended = await Promise.allSettled(
    Array.from({ length: side }, (_, worker) =>
      work(worker).catch(error => {
        stop.abort(error);
        throw error;
      }),
    ),
  );
  signal.throwIfAborted();
  for (const run of ended) if (run.status === 'rejected') throw run.reason;
  return reports;
}

const MARKS = { passed: '✓', failed: '✗', 'not run': '–' } as const;

/** The worst of several rounds: a failure is not made good by a later one. */
const WORST = ['failed', 'passed', 'not run'] as const;

/** The same as a table that one can paste into an issue (Markdown): a row for each scenario, a column for each target. */
export function tableOf(reports: readonly (readonly ScenarioReport[])[]): string[] {
  const names = [...new Set(reports.flat().map(({ name }) => name))];
  const targets = reports.map(column => column[0]?.target ?? '');
  const cell = (column: readonly ScenarioReport[], name: string) => {
    const outcomes = column.filter(report => report.name === name).map(({ outcome }) => outcome);
    const worst = WORST.find(each => outcomes.includes(each));
    return worst ? MARKS[worst] : '';
  };
  const row = (cells: readonly string[]) =>
    `| ${cells.map(text => text.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    row(['scenario', ...targets]),
    row(['---', ...targets.map(() => '---')]),
    ...names.map(name => row([name, ...reports.map(column => cell(column, name))])),
  ];
}

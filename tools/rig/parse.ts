/**
 * A scenario from a file, checked whole before anything starts: every step known, every value of its form, rows of a
 * table put in.
 */
import * as v from 'valibot';
import { nearest } from '../cli/nearest.js';
import type { Ability } from './bench/ability.js';
import type { StepKind } from './bench/step.js';
import { kindOf, steps } from './steps/index.js';

/** A step that is ready to run. */
export interface ReadyStep {
  /** As the author wrote it, for people. */
  words: string;
  kind: StepKind<unknown, unknown>;
  value: unknown;
}

/** A scenario that is ready to run; a table gives one for each row. */
export interface Scenario {
  /** Path of its file. */
  file: string;
  /** With the row of its table, where it has one. */
  name: string;
  fresh: boolean;
  level: 1 | 4 | undefined;
  needs: readonly Ability[];
  setup: readonly ReadyStep[];
  steps: readonly ReadyStep[];
  cleanup: readonly ReadyStep[];
}

/** A file that is no scenario: where, and what is wrong. */
export class ScenarioProblem extends Error {}

const STEPS_MAX = 200;
const ROWS_MAX = 100;

const stepList = v.pipe(v.array(v.record(v.string(), v.unknown())), v.maxLength(STEPS_MAX));

const form = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  table: v.optional(
    v.pipe(v.array(v.record(v.string(), v.unknown())), v.minLength(1), v.maxLength(ROWS_MAX)),
  ),
  fresh: v.optional(v.boolean(), false),
  level: v.optional(v.picklist([1, 4])),
  setup: v.optional(stepList, []),
  steps: v.pipe(stepList, v.minLength(1)),
  cleanup: v.optional(stepList, []),
});

/** The scenarios of a file, one for each row of its table. @throws ScenarioProblem */
export function parseScenario(file: string, value: unknown): Scenario[] {
  const parsed = v.safeParse(form, value);
  if (!parsed.success) throw new ScenarioProblem(`${file}: ${issueOf(parsed.issues[0])}`);
  const { table, ...scenario } = parsed.output;
  if (!table) return [ready(file, scenario)];
  return table.map(row => {
    const filled = fill(scenario, row, file) as typeof scenario;
    const named = filled.name === scenario.name;
    return ready(file, { ...filled, name: named ? `${scenario.name}: ${wordsOf(row)}` : filled.name });
  });
}

function ready(
  file: string,
  { cleanup, fresh, level, name, setup, steps }: Omit<v.InferOutput<typeof form>, 'table'>,
): Scenario {
  const readyList = (list: readonly Record<string, unknown>[], what: string) =>
    list.map((step, i) => readyStep(step, `${file}, "${name}", ${what} ${i + 1}`));
  const lists = {
    setup: readyList(setup, 'setup step'),
    steps: readyList(steps, 'step'),
    cleanup: readyList(cleanup, 'cleanup step'),
  };
  const all = [...lists.setup, ...lists.steps, ...lists.cleanup];
  const needs = [...new Set(all.flatMap(({ kind, value }) => kind.needs(value)))];
  return { file, name, fresh, level, needs, ...lists };
}

function readyStep(step: Record<string, unknown>, where: string): ReadyStep {
  const [name, ...more] = Object.keys(step);
  if (name === undefined || more.length > 0)
    throw new ScenarioProblem(`${where} must have one name, and has ${1 + more.length || 'none'}`);
  const kind = kindOf(name);
  if (!kind) {
    const close = nearest(name, Object.keys(steps));
    throw new ScenarioProblem(
      `${where}: there is no step "${name}"${close ? `; did you mean ${close}?` : ''}`,
    );
  }
  const parsed = v.safeParse(kind.form, step[name]);
  if (!parsed.success) throw new ScenarioProblem(`${where} (${name}): ${issueOf(parsed.issues[0])}`);
  return { words: `${name} ${wordsOf(step[name])}`.trim(), kind, value: parsed.output };
}

const issueOf = (issue: v.BaseIssue<unknown>): string => {
  const at = v.getDotPath(issue);
  return `${at ? `${at}: ` : ''}${issue.message}`;
};

/** A value in a line, as in YAML's short form. */
function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(wordsOf).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).map(([name, each]) => `${name}: ${wordsOf(each)}`);
  return members.length === 0 ? '' : `{ ${members.join(', ')} }`;
}

const COLUMN = /\$\{(\w+)\}/g;

/** Puts the row's values in the places of their columns. @throws ScenarioProblem for a column that the row lacks */
function fill(value: unknown, row: Readonly<Record<string, unknown>>, file: string): unknown {
  if (typeof value === 'string') {
    const cell = (column: string) => {
      if (!Object.hasOwn(row, column))
        throw new ScenarioProblem(`${file}: a row of the table lacks "${column}"`);
      return row[column];
    };
    const whole = /^\$\{(\w+)\}$/.exec(value);
    return whole ? cell(whole[1]) : value.replace(COLUMN, (_, column: string) => String(cell(column)));
  }
  if (Array.isArray(value)) return value.map(each => fill(each, row, file));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fill(each, row, file)]));
}

/** A run as JUnit XML, which CI services show. */
import { resolve } from 'node:path';
import { escaped } from '../cli/markup.js';
import { shellWord } from '../cli/shellWord.js';
import { type ScenarioReport, tallyOf } from './run.js';
import type { StepReport } from './runScenario.js';

/** One suite, a case for each scenario. */
export function junitOf(reports: readonly ScenarioReport[]): string {
  const { failed, 'not run': notRun } = tallyOf(reports);
  const seconds = reports.reduce((sum, each) => sum + each.seconds, 0).toFixed(2);
  const counts = `tests="${reports.length}" failures="${failed}" skipped="${notRun}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="holdfast rig" ${counts} time="${seconds}">`,
    ...reports.map(caseOf),
    '</testsuite>',
    '',
  ].join('\n');
}

function caseOf({
  again,
  recording,
  file,
  lines = [],
  name,
  outcome,
  reason = '',
  seconds,
  steps,
  target,
}: ScenarioReport): string {
  const head = `  <testcase name="${escaped(name)}" classname="${escaped(`${target}.${file}`)}" time="${seconds}"`;
  if (outcome === 'passed') return `${head}/>`;
  const inside =
    outcome === 'not run'
      ? `    <skipped message="${escaped(reason)}"/>`
      : [
          `    <failure message="${escaped(failureOf(steps))}">${escaped([...steps.map(stepLine), ...waysOf({ again, recording })].join('\n'))}</failure>`,
          `    <system-out>${escaped(lines.join('\n'))}</system-out>`,
        ].join('\n');
  return `${head}>\n${inside}\n  </testcase>`;
}

/** The command line that runs a recording again. */
export const replayLine = (recording: string): string => `holdfast replay ${shellWord(recording)}`;

/** The ways to see a failure again, and its recording in the words that CI servers take for a file of the case. */
const waysOf = ({ again, recording }: Pick<ScenarioReport, 'again' | 'recording'>): string[] => [
  ...(again ? [`again: ${again}`] : []),
  ...(recording ? [`recording: ${replayLine(recording)}`, `[[ATTACHMENT|${resolve(recording)}]]`] : []),
];

/** The step that failed first, and what went wrong. */
export function failureOf(steps: readonly StepReport[]): string {
  const failed = steps.find(({ outcome }) => outcome === 'failed');
  return failed ? `${failed.words}: ${failed.seen ?? ''}` : '';
}

/** A step in a line. */
export const stepLine = ({ milliseconds, outcome, seen, words }: StepReport): string =>
  `${outcome.padEnd(7)} ${String(milliseconds).padStart(6)} ms  ${words}${seen ? `  → ${seen}` : ''}`;

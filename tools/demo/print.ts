/** The demonstration on paper: chapters, steps with their evidence, and a tally that anybody can check. */
import type { styleText } from 'node:util';
import type { TrailStep } from '../../firmware/trust/trail.js';
import { short } from '../../host-sim/page/short.js';
import { painted, terminalOf } from '../cli/terminal.js';
import { wrap } from '../cli/wrap.js';
import { asExpected, type Skipped, type Step, type StepListener } from './steps.js';

type Style = Parameters<typeof styleText>[0];

const terminal = terminalOf(process.stdout, process.env);
const paint = (style: Style, text: string): string => painted(terminal, style, text);
const WIDTH = Number.isFinite(terminal.columns) ? terminal.columns : 110;
/** Columns of a step's verdict and time. */
const VERDICT_COLUMNS = 46;

const wrapped = (text: string, indent: string): string => wrap(text, WIDTH, indent).join('\n');

/** Text behind a label; what goes on stands under it. In a file a line stays one. */
function labelled(label: string, text: string): string[] {
  const columns = terminal.columns;
  if (label.length + text.length <= columns) return [label + text];
  const lines = wrap(text, columns, ' '.repeat(label.length));
  return lines.map((line, at) => (at === 0 ? label + line.slice(label.length) : line));
}

/** From the trusted block to the decision in a line or two. */
export const trailLine = (trail: readonly TrailStep[], decision: string): string =>
  [
    ...trail.map(({ value, what }) => `${what} ${short(value).replace(' (code as pinned)', '')}`),
    decision,
  ].join(' → ');

export class Printer implements StepListener {
  readonly #boardLines: 'always' | 'story';
  #quiet = false;

  constructor(options: { verbose: boolean }) {
    this.#boardLines = options.verbose ? 'always' : 'story';
  }

  title(text: string, below: string): void {
    console.log(`${paint('bold', text)}\n${terminal.live ? wrapped(below, '') : below}\n`);
  }

  event(name: string, detail: string): void {
    const [first, ...rest] = labelled(`  ${name.padEnd(9)} `, detail);
    console.log([first.replace(name, paint('cyan', name)), ...rest].join('\n'));
  }

  /** A line of the board's console. In the attacks there are many, and the steps say the same in short. */
  boardLine(line: string): void {
    if (this.#boardLines === 'story' && this.#quiet) return;
    for (const each of labelled('  board │ ', line)) console.log(paint('dim', each));
  }

  quiet(): void {
    this.#quiet = true;
  }

  chapter(title: string, explanation: string): void {
    console.log(`\n${paint('bold', `── ${title} `.padEnd(WIDTH, '─'))}\n${wrapped(explanation, '  ')}\n`);
  }

  skip({ name, reason }: Skipped): void {
    console.log(
      `- ${name.padEnd(WIDTH - VERDICT_COLUMNS)} ${paint('yellow', 'skipped')}\n${wrapped(reason, '    ')}`,
    );
  }

  begin(): void {}

  end(step: Step): void {
    const good = asExpected(step);
    const mark = good ? paint('green', '✓') : paint('red', '✗');
    const said = step.code ? `${step.verdict} (${step.code})` : step.verdict;
    console.log(
      `${mark} ${step.name.padEnd(WIDTH - VERDICT_COLUMNS)} ${paint('bold', said)}  ${step.milliseconds} ms`,
    );
    if (!good) {
      const wanted = step.expectedCode ? `${step.expected} (${step.expectedCode})` : step.expected;
      console.log(paint('red', `    expected was ${wanted}`));
    }
    if (step.evidence) console.log(wrapped(short(step.evidence), '    '));
    if (step.trail && step.trail.length > 0 && (this.#quiet || !good)) {
      console.log(paint('dim', wrapped(trailLine(step.trail, step.verdict), '    ')));
    }
  }

  tally(
    { all: steps, skipped }: { all: readonly Step[]; skipped: readonly Skipped[] },
    faults: readonly string[],
    seconds: number,
  ): void {
    const wrong = steps.filter(step => !asExpected(step));
    console.log(`\n${paint('bold', '─'.repeat(WIDTH))}`);
    if (wrong.length === 0) {
      console.log(`${paint('green', '✓')} all ${steps.length} steps came out as expected, in ${seconds} s`);
    } else {
      console.log(`${paint('red', '✗')} ${wrong.length} of ${steps.length} steps came out otherwise:`);
      for (const step of wrong) console.log(`    ${step.name.trim()}: ${step.verdict} ${step.code}`);
    }
    for (const fault of faults) console.log(`${paint('red', '✗')} the board faulted and went on: ${fault}`);
    if (skipped.length > 0)
      console.log(`- ${skipped.length} skipped: ${skipped.map(({ name }) => name.trim()).join('; ')}`);
  }
}

/** The demonstration on paper: chapters, steps with their evidence, and a tally that anybody can check. */
import { styleText } from 'node:util';
import type { TrailStep } from '../../firmware/trust/trail.js';
import { wrap } from '../cli/wrap.js';
import { asExpected, type Step, type StepListener } from './steps.js';

type Style = Parameters<typeof styleText>[0];

const colourful = process.stdout.isTTY === true && !process.env.NO_COLOR;
const paint = (style: Style, text: string): string => (colourful ? styleText(style, text) : text);
const WIDTH = 110;

const wrapped = (text: string, indent: string): string => wrap(text, WIDTH, indent).join('\n');

const shorten = (text: string): string =>
  text.replace(/0x([0-9a-f]{6})[0-9a-f]{12,}([0-9a-f]{4})/g, '0x$1…$2');

/** From the trusted block to the decision in a line or two. */
export const trailLine = (trail: readonly TrailStep[], decision: string): string =>
  [
    ...trail.map(({ value, what }) => `${what} ${shorten(value).replace(' (code as pinned)', '')}`),
    decision,
  ].join(' → ');

export class Printer implements StepListener {
  readonly #boardLines: 'always' | 'story';
  #quiet = false;

  constructor(options: { verbose: boolean }) {
    this.#boardLines = options.verbose ? 'always' : 'story';
  }

  title(text: string, below: string): void {
    console.log(`${paint('bold', text)}\n${below}\n`);
  }

  event(name: string, detail: string): void {
    console.log(`  ${paint('cyan', name.padEnd(9))} ${detail}`);
  }

  /** A line of the board's console. In the attacks there are many, and the steps say the same in short. */
  boardLine(line: string): void {
    if (this.#boardLines === 'story' && this.#quiet) return;
    console.log(paint('dim', `  board │ ${line}`));
  }

  quiet(): void {
    this.#quiet = true;
  }

  chapter(title: string, explanation: string): void {
    console.log(`\n${paint('bold', `── ${title} `.padEnd(WIDTH, '─'))}\n${wrapped(explanation, '  ')}\n`);
  }

  begin(): void {}

  end(step: Step): void {
    const good = asExpected(step);
    const mark = good ? paint('green', '✓') : paint('red', '✗');
    const said = step.code ? `${step.verdict} (${step.code})` : step.verdict;
    console.log(`${mark} ${step.name.padEnd(64)} ${paint('bold', said)}  ${step.milliseconds} ms`);
    if (!good) {
      const wanted = step.expectedCode ? `${step.expected} (${step.expectedCode})` : step.expected;
      console.log(paint('red', `    expected was ${wanted}`));
    }
    if (step.evidence) console.log(wrapped(shorten(step.evidence), '    '));
    if (step.trail && step.trail.length > 0 && (this.#quiet || !good)) {
      console.log(paint('dim', wrapped(trailLine(step.trail, step.verdict), '    ')));
    }
  }

  tally(steps: readonly Step[], seconds: number): void {
    const wrong = steps.filter(step => !asExpected(step));
    console.log(`\n${paint('bold', '─'.repeat(WIDTH))}`);
    if (wrong.length === 0) {
      console.log(`${paint('green', '✓')} all ${steps.length} steps came out as expected, in ${seconds} s`);
    } else {
      console.log(`${paint('red', '✗')} ${wrong.length} of ${steps.length} steps came out otherwise:`);
      for (const step of wrong) console.log(`    ${step.name.trim()}: ${step.verdict} ${step.code}`);
    }
  }
}

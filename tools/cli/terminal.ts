/** A terminal's abilities, and lines made fit for it. What is not shown to a person at one goes out as it is. */
import { styleText } from 'node:util';
import { COLUMNS, wrap } from './wrap.js';

export interface Terminal {
  /** True where somebody sees a line that is written over again. */
  live: boolean;
  colour: boolean;
  /** Characters of a line; Infinity where nobody reads it as lines of a screen. */
  columns: number;
}

/** A file, a pipe, or a test. */
export const noTerminal: Terminal = { live: false, colour: false, columns: Number.POSITIVE_INFINITY };

/** Wider lines than these are tiring to read. */
const COLUMNS_MAX = 110;
const COLUMNS_MIN = 40;

type Environment = Readonly<Record<string, string | undefined>>;

/** A stream's terminal. NO_COLOR (no-color.org) wins over FORCE_COLOR, both over what the stream is. */
export function terminalOf(
  stream: { isTTY?: boolean; columns?: number },
  environment: Environment,
): Terminal {
  const live = stream.isTTY === true && environment.TERM !== 'dumb';
  const forced = environment.FORCE_COLOR !== undefined && environment.FORCE_COLOR !== '0';
  return {
    live,
    colour: !environment.NO_COLOR && (forced || (live && environment.FORCE_COLOR === undefined)),
    columns:
      stream.isTTY === true
        ? Math.max(COLUMNS_MIN, Math.min(COLUMNS_MAX, stream.columns || COLUMNS))
        : Number.POSITIVE_INFINITY,
  };
}

type Style = Parameters<typeof styleText>[0];

/** Text in a style, where there is colour. Whether the stream takes it was decided before. */
export const painted = ({ colour }: Terminal, style: Style, text: string): string =>
  colour ? styleText(style, text, { validateStream: false }) : text;

/** The parts of lines that have a colour, by what they say. */
const coloured: readonly (readonly [pattern: RegExp, style: Style])[] = [
  [/^(?:✓|ok\b)/, 'green'],
  [/^(?:✗|problem\b|WRONG \([a-z]+\))/, 'red'],
  [/^(?:Warning:|skipped\b)/, 'yellow'],
  [/^ +→.*$/, 'dim'],
  [/^(?:Next|Usage|Example):/, 'bold'],
  [/(?<=: )accepted\b/, 'green'],
  [/(?<=: )rejected\b/, 'red'],
  [/(?<=: )undetermined\b/, 'yellow'],
  [/^[A-Z][a-z]+(?: [a-z]+)?(?= {2,})/, 'bold'],
];

/** Command lines are copied: a break in one would run half of it. */
const isCommandLine = (line: string): boolean => /^(?:Example:| +npx )|&& /.test(line);

/** One line of ours, printable already: broken between words where the terminal ends, and coloured. */
export function fitted(terminal: Terminal, line: string): string {
  const lines =
    line.length <= terminal.columns || isCommandLine(line) ? [line] : hanging(line, terminal.columns);
  if (!terminal.colour) return lines.join('\n');
  const [first, ...rest] = lines;
  const pattern = coloured.find(([each]) => each.test(first));
  if (!pattern) return lines.join('\n');
  const [what, style] = pattern;
  const below = what.source.endsWith('$') ? rest.map(each => painted(terminal, style, each)) : rest;
  return [first.replace(what, text => painted(terminal, style, text)), ...below].join('\n');
}

/** Lines that go on below a label or an arrow, under what follows it. */
function hanging(line: string, columns: number): string[] {
  const label = /^(?:\S+(?: \S+)? {2,}| *(?:→ |✓ |✗ )?)(?=\S)/.exec(line)?.[0] ?? '';
  const indent = ' '.repeat(Math.min(label.length || 2, 16));
  const [first, ...rest] = wrap(line.slice(label.length), columns, indent);
  return [label + first.slice(indent.length), ...rest];
}

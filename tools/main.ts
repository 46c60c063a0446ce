/** The `holdfast` command: finds the command, reads its arguments, runs it, and ends with an honest exit status. */

import { nodeClock } from '../host-sim/node/clock.js';
import type { Command, Result } from './cli/command.js';
import { oneLine, toFailure, UsageError } from './cli/failure.js';
import { commandHelp, generalHelp, groupHelp } from './cli/help.js';
import { nearest } from './cli/nearest.js';
import { Output, type Streams, type Terminals } from './cli/output.js';
import { parseCommandLine } from './cli/parse.js';
import { looksSecret, refuseSecret } from './cli/secrets.js';
import { Spinner } from './cli/spinner.js';
import { terminalOf } from './cli/terminal.js';
import { COLUMNS } from './cli/wrap.js';
import { commands } from './commands/index.js';

const INTERRUPTED = 130;
/** Milliseconds that a command gets after Ctrl-C; what it holds beyond sockets is in `cleanUp` of its entry. */
const CLEAN_UP_MS = 500;

/** Runs one command line in this process and ends it. */
export async function main(args: readonly string[]): Promise<void> {
  const interruption = new AbortController();
  const streams: Streams = {
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
  };
  // A reader that has seen enough closes the pipe, which is not a failure.
  process.stdout.on('error', () => process.exit(0));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (interruption.signal.aborted) process.exit(INTERRUPTED);
      interruption.abort();
    });
  }
  const { env } = process;
  const terminals = { out: terminalOf(process.stdout, env), err: terminalOf(process.stderr, env) };
  const spinner = spinnerOn(terminals);
  const status = await runCommandLine(args, {
    signal: interruption.signal,
    streams,
    environment: env,
    terminals,
    spinner,
    columns: Number.isFinite(terminals.out.columns) ? terminals.out.columns : COLUMNS,
  });
  await new Promise<void>(resolve => process.stdout.write('', () => resolve()));
  process.exit(status);
}

/** A spinner on standard error, out of the way of whatever else is written to the terminal; none without one. */
function spinnerOn({ err }: Terminals): Spinner | undefined {
  if (!err.live || process.env.CI) return undefined;
  const write = process.stderr.write.bind(process.stderr);
  const spinner = new Spinner({
    write: text => void write(text),
    clock: nodeClock,
    columns: err.columns,
    asking: () => process.stdin.isRaw === true,
  });
  for (const stream of [process.stdout, process.stderr]) {
    const past = stream.write.bind(stream) as (...all: unknown[]) => boolean;
    stream.write = ((...all: unknown[]) => {
      spinner.yield();
      return past(...all);
    }) as typeof stream.write;
  }
  return spinner;
}

export interface Setting {
  signal: AbortSignal;
  streams: Streams;
  environment: Readonly<Record<string, string | undefined>>;
  /** Characters of a line of help; 80 if left out. */
  columns?: number;
  /** The screens on which a person sees the streams; none if left out. */
  terminals?: Terminals;
  spinner?: Pick<Spinner, 'tell' | 'show' | 'stop'>;
}

/** The exit status: 0 done, 1 failed, 2 the command line is wrong, 130 interrupted. */
export async function runCommandLine(args: readonly string[], setting: Setting): Promise<number> {
  const json = args.includes('--json');
  const { columns } = setting;
  let spinner: Setting['spinner'];
  const output = new Output(setting.streams, json, setting.terminals);
  const print = (lines: readonly string[]) => setting.streams.out(`${lines.join('\n')}\n`);
  try {
    const line = args.slice(args.findIndex(word => word !== '--json'));
    if (line[0] === '--version' || line[0] === '-v') return tell(print, [await version()]);
    const helpWanted = line[0] === 'help';
    const words = helpWanted ? line.slice(1) : line;
    const name = find(words);
    if (name === undefined) return explain(words, helpWanted, print, columns);
    const command = (await commands[name].load()).default;
    if (helpWanted) return tell(print, commandHelp(name, command, columns));
    const { flags, help, operands } = parseCommandLine(name, command, words.slice(name.split(' ').length));
    if (help) return tell(print, commandHelp(name, command, columns));
    // Who reads JSON wants nothing else; what is live shows by itself that it works.
    if (!json && !commands[name].live) spinner = setting.spinner;
    spinner?.tell(`holdfast ${name}`);
    const result = await raced(
      command,
      { flags, operands },
      { ...setting, spinner },
      output,
      json,
      commands[name].cleanUp ?? CLEAN_UP_MS,
    );
    spinner?.stop();
    output.finish(result, json ? [] : command.show(result));
    return setting.signal.aborted ? INTERRUPTED : result.ok ? 0 : 1;
  } catch (error) {
    spinner?.stop();
    if (setting.signal.aborted) {
      output.fail(toFailure(new UsageError('interrupted.', 'interrupted')));
      return INTERRUPTED;
    }
    const failure = toFailure(error);
    output.fail(failure);
    return failure instanceof UsageError ? 2 : 1;
  }
}

/** The command's result; after an interruption it gets a moment to clean up, then is left behind. */
async function raced(
  command: Command,
  input: { flags: Record<string, unknown>; operands: Record<string, unknown> },
  { environment, signal, spinner }: Setting,
  output: Output,
  json: boolean,
  grace: number,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const interrupted = new Promise<never>((_, reject) => {
    const leave = () => reject(new UsageError('interrupted.', 'interrupted'));
    signal.addEventListener('abort', () => {
      timer = setTimeout(leave, grace);
    });
  });
  try {
    const running = command.run({
      ...(input as Parameters<Command['run']>[0]),
      environment,
      signal,
      json,
      note: line => output.note(line),
      progress: what => (what === undefined ? spinner?.stop() : spinner?.show(what)),
      warn: line => output.warn(line),
      emit: (event, line) => output.emit(event, line),
    });
    return await Promise.race([running, interrupted]);
  } finally {
    clearTimeout(timer);
  }
}

/** The longest name of a command that the line begins with. */
function find(words: readonly string[]): string | undefined {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    if (words.length >= length && Object.hasOwn(commands, name)) return name;
  }
  return undefined;
}

function tell(print: (lines: readonly string[]) => void, lines: readonly string[]): number {
  print(lines);
  return 0;
}

/** Help, or a UsageError that names the nearest command. */
function explain(
  words: readonly string[],
  helpWanted: boolean,
  print: (lines: readonly string[]) => void,
  columns: number | undefined,
): number {
  const [first, second] = words.filter(word => !word.startsWith('-'));
  if (words.some(looksSecret)) refuseSecret('An argument');
  const asked = helpWanted || words.includes('--help') || words.includes('-h');
  const names = Object.keys(commands);
  if (first === undefined) {
    const unknown = words.find(word => word !== '--help' && word !== '-h' && word !== '--json');
    if (unknown) throw new UsageError(`${oneLine(unknown, 40)} is not a command. See holdfast --help.`);
    if (asked) return tell(print, generalHelp(commands, columns));
    throw new UsageError('No command given. See holdfast --help.');
  }
  const group = names.filter(name => name.startsWith(`${first} `));
  if (group.length > 0) {
    if (second === undefined && asked) return tell(print, groupHelp(first, commands, columns));
    const list = group.map(name => name.slice(first.length + 1));
    const meant = second === undefined ? undefined : nearest(second, list);
    if (second === undefined) throw new UsageError(`holdfast ${first} needs one of: ${list.join(', ')}.`);
    throw new UsageError(
      `There is no command holdfast ${first} ${oneLine(second, 40)}` +
        (meant ? `: did you mean ${first} ${meant}?` : `. There are: ${list.join(', ')}.`),
    );
  }
  const meant = nearest(first, [...new Set(names.map(name => name.split(' ')[0]))]);
  throw new UsageError(
    `There is no command ${oneLine(first, 40)}${meant ? `: did you mean ${meant}?` : '.'} See holdfast --help.`,
  );
}

async function version(): Promise<string> {
  const { readFileSync } = await import('node:fs');
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return manifest.version;
}

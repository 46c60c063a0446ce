/** The common part of this folder's commands: progress, one JSON document, exit codes, Ctrl-C. */
import { parseArgs } from 'node:util';
import { CompileError } from '../../host-sim/engine/compiler.js';
import { XsMissing } from '../../host-sim/engine/sources.js';
import { SdkMissing, versionsThatFit } from './sdk.js';
import { StepFailed } from './step.js';

type Options = NonNullable<Parameters<typeof parseArgs>[0]>['options'];
type Values = Record<string, string | boolean | undefined>;

export interface Command {
  /** As in package.json. */
  name: string;
  help: string;
  options?: Options;
  /** The document for `--json`; what people read goes to `say`. @throws WrongUse */
  run(context: {
    values: Values;
    say(text: string): void;
    onProgress(line: string): void;
    signal: AbortSignal;
  }): Promise<object>;
}

/** The command line is wrong; nothing was tried. */
export class WrongUse extends Error {}

/** Runs it and sets the exit code: 0 done, 1 failed, 2 wrong use, 130 interrupted. */
export async function runCommand(command: Command): Promise<void> {
  process.exitCode = await statusOf(command);
}

async function statusOf({ help, name, options, run }: Command): Promise<number> {
  const interrupted = new AbortController();
  let json = false;
  try {
    const all: Options = { ...options, json: { type: 'boolean' }, help: { type: 'boolean' } };
    const values = parse(all);
    if (values.help) {
      process.stdout.write(help);
      return 0;
    }
    json = values.json === true;
    // Progress for people leaves the document alone.
    const people = json ? process.stderr : process.stdout;
    const live = people.isTTY;
    process.once('SIGINT', () => interrupted.abort(new Error('interrupted')));
    const document = await run({
      values,
      say: text => people.write(`${live ? '\r\x1b[K' : ''}${text}\n`),
      onProgress: line => live && people.write(`\r\x1b[K${name} ${line.slice(0, 70)}`),
      signal: interrupted.signal,
    });
    if (json) process.stdout.write(`${JSON.stringify(document)}\n`);
    return 0;
  } catch (error) {
    if (interrupted.signal.aborted) return 130;
    const { message, stack } = error as Error;
    if (error instanceof WrongUse) {
      process.stderr.write(`${name}: ${message}. See npm run ${name} -- --help\n`);
      return 2;
    }
    const known = [SdkMissing, StepFailed, XsMissing, CompileError].some(kind => error instanceof kind);
    process.stderr.write(`${name}: ${known ? message : stack}\n`);
    if (json) {
      const missing = error instanceof SdkMissing ? error.lacks : undefined;
      const failure = { ok: false, error: message, ...(missing && { missing, versions: versionsThatFit }) };
      process.stdout.write(`${JSON.stringify(failure)}\n`);
    }
    return 1;
  }
}

function parse(options: Options): Values {
  try {
    return parseArgs({ options }).values as Values;
  } catch (error) {
    throw new WrongUse((error as Error).message.replace(/\.$/, ''));
  }
}

/** The console of a board on a serial line: lines of JSON in frames (firmware/serial), over a terminal device. */
import { execFileSync } from 'node:child_process';
import { constants, existsSync, openSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import { Line } from '../../host-sim/rv32/line.js';
import { Failure, oneLine } from '../cli/failure.js';
import type { BoardConsole } from './boardConsole.js';

export interface SerialConsoleOptions {
  onLog(line: string): void;
  signal: AbortSignal;
  baud?: number;
}

/** Milliseconds for one request; a possession proof takes a board some seconds. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Milliseconds that a board may take to start: opening the line resets many. */
const START_MS_MAX = 4000;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * The console of the board at the serial line `path`. Requests wait until the board has spoken, or for the time that
 * a start takes.
 *
 * @throws Failure `console` when there is no such line, or it cannot be opened
 */
export async function serialConsole(path: string, options: SerialConsoleOptions): Promise<BoardConsole> {
  const { baud = 115_200, onLog, signal } = options;
  if (!existsSync(path))
    throw new Failure('console', `There is no serial line ${path}: plug the board in, or name another line.`);
  return new SerialConsole(path, open(path, baud), onLog, signal);
}

class SerialConsole implements BoardConsole {
  readonly #path: string;
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #line: Line;
  readonly #onLog: (line: string) => void;
  readonly #signal: AbortSignal;
  readonly #waiting = new Map<number, Waiting>();
  readonly #stop = () => this.#fail('was given up');
  readonly #startTimer: NodeJS.Timeout;
  readonly #started: Promise<void>;
  #heard = () => {};
  #lastRequest = 0;

  constructor(
    path: string,
    [input, output]: readonly [ReadStream, WriteStream],
    onLog: (line: string) => void,
    signal: AbortSignal,
  ) {
    this.#path = path;
    this.#input = input;
    this.#output = output;
    this.#onLog = onLog;
    this.#signal = signal;
    this.#started = new Promise(resolve => {
      this.#heard = resolve;
    });
    this.#startTimer = setTimeout(() => this.#heard(), START_MS_MAX);
    this.#line = new Line(
      {
        onLine: text => this.#take(text),
        onOpen() {},
        onData() {},
        onClose() {},
        onCredit() {},
        onUse() {},
        onReset() {},
        // What the ROM and the bootloader say.
        onText: text => onLog(oneLine(text, 200)),
      },
      bytes => void output.write(bytes),
    );
    input.on('data', (bytes: Buffer) => this.#line.take(bytes));
    for (const stream of [input, output])
      stream.on('error', error => this.#fail(`is lost: ${error.message}`));
    signal.addEventListener('abort', this.#stop, { once: true });
  }

  async request(method: string, parameters: unknown = null): Promise<unknown> {
    await this.#started;
    const request = ++this.#lastRequest;
    const timer = setTimeout(() => {
      this.#waiting
        .get(request)
        ?.reject(
          new Failure(
            'console',
            `The board at ${this.#path} does not answer: check that it is switched on and runs Holdfast.`,
          ),
        );
      this.#waiting.delete(request);
    }, REQUEST_TIMEOUT_MS);
    try {
      return await new Promise<unknown>((resolve, reject) => {
        this.#waiting.set(request, { resolve, reject });
        this.#line.sendLine(JSON.stringify({ request, method, parameters }));
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#startTimer);
    this.#heard();
    this.#signal.removeEventListener('abort', this.#stop);
    this.#fail('was closed');
    this.#input.destroy();
    this.#output.destroy();
  }

  #take(text: string): void {
    this.#heard();
    const said = parse(text);
    if (!said) return;
    const { answer, error, fault, log, restart, result } = said;
    if (typeof log === 'string') this.#onLog(log);
    else if (fault !== undefined) this.#onLog(`fault: ${oneLine(String(fault))}`);
    else if (restart !== undefined) this.#onLog(`restarts: ${oneLine(String(restart))}`);
    const asked = typeof answer === 'number' ? this.#waiting.get(answer) : undefined;
    if (!asked) return;
    this.#waiting.delete(answer as number);
    if (typeof error === 'string')
      asked.reject(new Failure('board', `The board refuses: ${oneLine(error)}.`));
    else asked.resolve(result);
  }

  #fail(why: string): void {
    for (const { reject } of this.#waiting.values())
      reject(new Failure('console', `The serial line ${this.#path} ${why}.`));
    this.#waiting.clear();
  }
}

/** One line of a board as an object; undefined for what is not one. */
function parse(text: string): Record<string, unknown> | undefined {
  try {
    const said: unknown = JSON.parse(text);
    return typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function open(path: string, baud: number): [ReadStream, WriteStream] {
  try {
    const device = process.platform === 'darwin' ? '-f' : '-F';
    execFileSync('stty', [device, path, `${baud}`, 'raw', '-echo', 'clocal'], { stdio: 'pipe' });
    const descriptor = () => openSync(path, constants.O_RDWR | constants.O_NOCTTY);
    const input = new ReadStream(descriptor());
    input.setRawMode(true);
    return [input, new WriteStream(descriptor())];
  } catch (error) {
    throw new Failure(
      'console',
      `The serial line ${path} cannot be opened: ${oneLine((error as Error).message)}`,
    );
  }
}

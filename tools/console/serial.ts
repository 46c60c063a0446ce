/** The console of a board on a serial line. */
import { Failure, oneLine } from '../cli/failure.js';
import type { SerialLine } from '../serial/line.js';
import { openSerial } from '../serial/openSerial.js';
import type { BoardConsole } from './boardConsole.js';
import { LineConsole } from './lineConsole.js';

export interface SerialConsoleOptions {
  onLog(line: string): void;
  signal: AbortSignal;
  baud?: number;
  /** Milliseconds that a board may take to start: opening the line resets many. */
  startMs?: number;
  /** Milliseconds for one request; a possession proof takes a board some seconds. */
  answerMs?: number;
}

/** Bits a second of a board's console. */
export const CONSOLE_BAUD = 115_200;

/**
 * The console of the board at the serial line `name` (a path or a USB identity), which no other program can open meanwhile. Requests wait
 * until the board has spoken, or for the time that a start takes.
 *
 * @throws Failure those of serial/openSerial.ts
 */
export async function serialConsole(name: string, options: SerialConsoleOptions): Promise<BoardConsole> {
  const { baud = CONSOLE_BAUD } = options;
  return new SerialConsole(await openSerial(name, baud), baud, options);
}

class SerialConsole implements BoardConsole {
  readonly #line: SerialLine;
  readonly #console: LineConsole;
  readonly #signal: AbortSignal;
  readonly #answerMs: number;
  readonly #stop = () => this.#fail('was given up');
  readonly #startTimer: NodeJS.Timeout;
  readonly #started: Promise<void>;
  #heard = () => {};

  constructor(line: SerialLine, baud: number, options: SerialConsoleOptions) {
    const { answerMs = 30_000, onLog, signal, startMs = 4000 } = options;
    this.#line = line;
    this.#signal = signal;
    this.#answerMs = answerMs;
    this.#started = new Promise(resolve => {
      this.#heard = resolve;
    });
    this.#startTimer = setTimeout(() => this.#heard(), startMs);
    this.#console = new LineConsole({
      ...{ name: line.name, baud },
      write: bytes => void line.write(bytes).catch(error => this.#fail(`is lost: ${oneLine(error.message)}`)),
      onSaid: said => {
        this.#heard();
        const text = lineOf(said);
        if (text !== undefined) onLog(text);
      },
      onText: text => onLog(oneLine(text, 200)),
    });
    line.onData(bytes => this.#console.take(bytes));
    line.onLost(() => this.#fail('is lost: the board was unplugged'));
    signal.addEventListener('abort', this.#stop, { once: true });
  }

  async request(method: string, parameters: unknown = null): Promise<unknown> {
    await this.#started;
    return this.#console.request(method, parameters, this.#answerMs);
  }

  async close(): Promise<void> {
    clearTimeout(this.#startTimer);
    this.#heard();
    this.#signal.removeEventListener('abort', this.#stop);
    this.#fail('was closed');
    await this.#line.close();
  }

  #fail(why: string): void {
    this.#console.hangUp(new Failure('console', `The serial line ${this.#line.name} ${why}.`));
  }
}

/** A line of the board's console in words; undefined for one that is not for people. */
export function lineOf({ fault, log, restart }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof log === 'string') return log;
  if (fault !== undefined) return `fault: ${oneLine(String(fault))}`;
  return restart === undefined ? undefined : `restarts: ${oneLine(String(restart))}`;
}

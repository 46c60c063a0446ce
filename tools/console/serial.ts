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

/** @throws Failure when there is no such line */
export async function serialConsole(path: string, options: SerialConsoleOptions): Promise<BoardConsole> {
  const { baud = 115_200, onLog, signal } = options;
  if (!existsSync(path))
    throw new Failure('console', `There is no serial line ${path}: is the board plugged in?`);
  const [input, output] = open(path, baud);
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let heard = () => {};
  const started = new Promise<void>(resolve => (heard = resolve));
  const line = new Line(
    {
      onLine(text) {
        heard();
        take(text);
      },
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
  const fail = (why: string) => {
    for (const { reject } of waiting.values())
      reject(new Failure('console', `The serial line ${path} ${why}.`));
    waiting.clear();
  };
  input.on('data', (bytes: Buffer) => line.take(bytes));
  for (const stream of [input, output]) stream.on('error', error => fail(`is lost: ${error.message}`));

  function take(text: string): void {
    let said: {
      answer?: number;
      result?: unknown;
      error?: string;
      log?: string;
      fault?: string;
      restart?: string;
    };
    try {
      said = JSON.parse(text);
    } catch {
      return;
    }
    const { answer, error, fault, log, restart, result } = said ?? {};
    if (typeof log === 'string') onLog(log);
    else if (fault !== undefined) onLog(`fault: ${oneLine(String(fault))}`);
    else if (restart !== undefined) onLog(`restarts: ${oneLine(String(restart))}`);
    const asked = answer === undefined ? undefined : waiting.get(answer);
    if (!asked) return;
    waiting.delete(answer!);
    if (typeof error === 'string')
      asked.reject(new Failure('board', `The board refuses: ${oneLine(error)}.`));
    else asked.resolve(result);
  }

  const stop = () => fail('was given up');
  signal.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(() => heard(), START_MS_MAX);
  return {
    async request(method, parameters = null) {
      await started;
      const request = ++last;
      const given = setTimeout(() => {
        waiting.get(request)?.reject(new Failure('console', `The board at ${path} does not answer.`));
        waiting.delete(request);
      }, REQUEST_TIMEOUT_MS);
      try {
        return await new Promise<unknown>((resolve, reject) => {
          waiting.set(request, { resolve, reject });
          line.sendLine(JSON.stringify({ request, method, parameters }));
        });
      } finally {
        clearTimeout(given);
      }
    },
    async close() {
      clearTimeout(timer);
      heard();
      signal.removeEventListener('abort', stop);
      fail('was closed');
      input.destroy();
      output.destroy();
    },
  };
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

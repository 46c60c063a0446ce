/**
 * A board held in hand: its power supply, which starts it again when it restarts or faults, and its console. The
 * board itself is another process; all that goes between the two goes over the console's socket.
 */

import type { ChildProcess } from 'node:child_process';
import { EventEmitter, on, once } from 'node:events';
import type { BusSetting } from '../node/board/busLines.js';
import type { Hello, InputLine, PartFault } from '../node/board/consoleLine.js';
import { noFailures, rowAfter } from '../node/board/failureRow.js';
import { patient } from '../node/patience.js';
import type { BoardEvents, BoardInHand } from './boardInHand.js';
import { ConsoleServer, type Said } from './console.js';
import type { Engine } from './engines.js';
import { type Ended, explainEnd, spawnBoard } from './run.js';

export interface BoardOptions {
  /** The directory of the board's flash; flash an image first (board/flashing.ts). */
  directory: string;
  /** The engine that it runs on; Node if left out. */
  engine?: Engine;
  /** The devices on its buses, from each start on; on Node and XS. */
  buses?: readonly BusSetting[];
  /** The file in which each start records what enters its ports (host-sim/recording); on Node and XS. */
  record?: string;
  onLog?(line: string): void;
  /** Milliseconds that the image may block its event loop. */
  watchdog?: number;
  /** Closes the board when aborted. */
  signal?: AbortSignal;
  /** Faults in a row after which the supply gives up. */
  faultLimit?: number;
}

/** Milliseconds from the start of the process to its hello. */
const startPatience = 30_000;
/** True for a line of the supply about a run that ended as none should: the board faults, or its watchdog bites. */
export const isFault = (line: string): boolean => /^(fault|watchdog): /.test(line);

/** Milliseconds before the next start after a fault; doubled with each fault in a row. */
const BACK_OFF_MS_MIN = 50;
const BACK_OFF_MS_MAX = 5_000;
/** A run of so many milliseconds ends a row of faults. */
const steadyRun = 10_000;

/** Starts a board and waits until its image is about to run. @throws Error with what the board said last */
export async function startBoard(options: BoardOptions): Promise<Board> {
  options.signal?.throwIfAborted();
  const board = new Board(options, await ConsoleServer.open());
  try {
    options.signal?.throwIfAborted();
    await board.powerOn();
  } catch (error) {
    await board.close();
    throw error;
  }
  return board;
}

/** A board with its power supply and its console; its events are those of BoardEvents. `startBoard` makes one. */
export class Board extends EventEmitter<BoardEvents> implements BoardInHand {
  readonly #options: BoardOptions;
  readonly #abort = () => void this.close();
  readonly #console: ConsoleServer;
  #child: ChildProcess | undefined;
  #hello: Hello | undefined;
  /** The inputs that it has read since it started, by pin. */
  readonly inputs = new Map<number, InputLine>();
  #hellos = 0;
  #faults = 0;
  #row = noFailures;
  #power = false;
  #clock: PartFault | undefined;
  #backOff: NodeJS.Timeout | undefined;
  #dead: string | undefined;
  /** Its last word on why it ends, or what it logged last. */
  #lastWords = '';
  #closing: Promise<void> | undefined;

  /** Use startBoard. */
  constructor(options: BoardOptions, console: ConsoleServer) {
    super();
    this.setMaxListeners(0);
    this.#options = options;
    this.#console = console;
    console.onLine = line => this.#take(line);
    options.signal?.addEventListener('abort', this.#abort, { once: true });
  }

  /** Of the process that runs now; 0 while none does. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** The running image's account of itself. Undefined while the board is off or starting. */
  get hello(): Hello | undefined {
    return this.#hello;
  }

  /** The number of times that the board has come up again since it was first started. */
  get restarts(): number {
    return Math.max(0, this.#hellos - 1);
  }

  /**
   * Asks the image something over the console. While the board restarts, waits for it to be back; what was sent to a
   * process that ended is not sent again.
   * @throws Error with the image's words, or why there was no answer
   */
  async request(
    method: string,
    parameters: unknown = null,
    { timeout = patient(10_000) } = {},
  ): Promise<unknown> {
    const until = Date.now() + timeout;
    while (!this.#hello) await this.#next('hello', until - Date.now());
    return this.#console.request(method, parameters, until - Date.now());
  }

  /** Sets the reading of an input, 0 to 4095, until the board restarts; above 0 a digital one is on. */
  setInput(input: number, value: number): void {
    this.#console.send({ input, value });
  }

  /** Sets what a device on a bus has, or sends, until the board restarts. Boards of the SDK have no buses. */
  setBus(setting: BusSetting): void {
    this.#console.send({ bus: setting });
  }

  /** Lets a part of a board of Node fail from now on; its clock keeps the rate over restarts. */
  setFault(fault: PartFault): void {
    if ('clockRate' in fault) this.#clock = fault;
    this.#console.send({ fault });
  }

  /**
   * Resolves when the board has come up for the `restarts`-th time.
   * @param restarts by default one more than by now; read it before what causes the restart, to miss none
   */
  async waitForRestart(restarts = this.restarts + 1, { timeout = patient(60_000) } = {}): Promise<Hello> {
    const until = Date.now() + timeout;
    while (this.restarts < restarts || !this.#hello) await this.#next('hello', until - Date.now());
    return this.#hello;
  }

  /** Resolves with the first log line from now on that matches. */
  async waitForLog(pattern: RegExp, { timeout = patient(60_000) } = {}): Promise<string> {
    const [line] = await this.#next('log', timeout, line => pattern.test(line as string));
    return line as string;
  }

  /** Ends the process at once, wherever it is, and leaves it off. */
  async powerCut(): Promise<void> {
    this.#power = false;
    clearTimeout(this.#backOff);
    const child = this.#child;
    if (!child) return;
    const gone = once(this, 'ended');
    child.kill('SIGKILL');
    await gone;
  }

  /** Starts it, if it is off, and resolves when its image is about to run. */
  async powerOn(): Promise<Hello> {
    if (this.#dead !== undefined) throw new Error(this.#dead);
    this.#faults = 0;
    this.#row = noFailures;
    this.#power = true;
    clearTimeout(this.#backOff);
    if (!this.#child) this.#start();
    while (!this.#hello) await this.#next('hello', 2 * startPatience);
    return this.#hello;
  }

  /** Ends the board for good. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      this.#options.signal?.removeEventListener('abort', this.#abort);
      await this.powerCut();
      this.#die('the board was closed');
      await this.#console.close();
    })();
    return this.#closing;
  }

  #start(): void {
    const { buses, directory, engine = { name: 'node' }, record, watchdog = patient(10_000) } = this.#options;
    const started = Date.now();
    this.#lastWords = '';
    const { port } = this.#console;
    const given = { directory, engine, port, watchdog, row: this.#row, buses, record };
    const child = spawnBoard({ ...given, token: this.#console.expect() }, (code, signal, problem) => {
      clearTimeout(patience);
      const ranMs = Date.now() - started;
      if (ranMs > steadyRun) this.#faults = 0;
      const end = explainEnd(code, signal, problem, this.#lastWords);
      const failed = /^(fault|watchdog)$/.test(end.why);
      this.#row = rowAfter(this.#row, { ...this.#hello, failed, silent: end.silent, ranMs });
      this.#ended(end);
    });
    const patience = setTimeout(() => {
      if (!this.#hello) child.kill('SIGKILL');
    }, patient(startPatience));
    this.#child = child;
  }

  #ended(end: Ended): void {
    const ended: Ended = this.#power ? end : { why: 'powerCut', detail: 'the power was cut' };
    this.#child = undefined;
    this.#hello = undefined;
    this.#console.hangUp(`the board ended before it answered (${ended.why})`);
    this.emit('ended', ended);
    if (this.#power) this.#supply(ended);
  }

  /** Does as a power supply after a run has ended by itself. */
  #supply({ why, detail }: Ended): void {
    if (why === 'powerCut') this.#log(`${why}: ${detail}`);
    if (why === 'restart' || why === 'powerCut') {
      this.#start();
      return;
    }
    if (why === 'nothingToStart' || why === 'usage') {
      this.#die(detail);
      return;
    }
    this.#log(`${why}: ${detail}`);
    this.#faults++;
    if (this.#faults >= (this.#options.faultLimit ?? 8)) {
      this.#die(`${this.#faults} faults in a row, the last: ${detail}`);
      return;
    }
    const wait = Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS_MIN * 2 ** (this.#faults - 1));
    this.#backOff = setTimeout(() => this.#start(), wait);
  }

  #die(reason: string): void {
    if (this.#dead !== undefined) return;
    this.#power = false;
    this.#dead = reason;
    this.emit('dead', reason);
  }

  #take(line: Said): void {
    if ('log' in line) this.#log(line.log);
    else if ('pin' in line) this.emit('pin', line.pin, line.on);
    else if ('reads' in line) {
      this.inputs.set(line.reads.pin, line.reads);
      this.emit('reads', line.reads);
    } else if ('bus' in line) this.emit('bus', line.bus);
    else if ('fault' in line) this.#lastWords = line.fault;
    else if ('restart' in line) this.#lastWords = line.restart;
    else if ('hello' in line) {
      this.#hellos++;
      this.#hello = line.hello;
      if (this.#clock) this.#console.send({ fault: this.#clock });
      this.inputs.clear();
      this.emit('hello', line.hello);
    }
  }

  #log(line: string): void {
    this.#lastWords = line;
    this.#options.onLog?.(line);
    this.emit('log', line);
  }

  /**
   * The next event of this name that is wanted, though others come at once with it; throws when the board is off or dead,
   * or time is up.
   */
  async #next(
    event: 'hello' | 'log',
    timeout: number,
    isWanted: (value: unknown) => boolean = () => true,
  ): Promise<unknown[]> {
    if (!this.#power) throw new Error(this.#dead ?? 'the board is off');
    const stop = new AbortController();
    const late = setTimeout(
      () =>
        stop.abort(
          new Error(`the board did not say ${event} in time; its last words: ${this.#lastWords || 'none'}`),
        ),
      Math.max(0, timeout),
    );
    const dead = (reason: string) => stop.abort(new Error(reason));
    this.once('dead', dead);
    try {
      for await (const values of on(this, event, { signal: stop.signal })) {
        if (isWanted(values[0])) return values;
      }
      throw stop.signal.reason;
    } catch (error) {
      throw stop.signal.aborted ? stop.signal.reason : error;
    } finally {
      clearTimeout(late);
      this.off('dead', dead);
    }
  }
}

/** A board on a serial line as one held in hand: its console, its starts, and its power where there is a supply. */
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Hello, InputLine } from '../../../host-sim/node/board/consoleLine.js';
import { patient } from '../../../host-sim/node/patience.js';
import type { BoardEvents, BoardInHand } from '../../../host-sim/process/boardInHand.js';
import { Failure, oneLine } from '../../cli/failure.js';
import { LineConsole } from '../../console/lineConsole.js';
import { CONSOLE_BAUD, lineOf } from '../../console/serial.js';
import type { SerialLine } from '../../serial/line.js';
import type { HeldSupply } from '../power/asFound.js';
import type { PowerSupply } from '../power/supply.js';
import { greeting, readHello } from './greeting.js';

export interface SerialBoardOptions {
  /** Opens its line; again and again where the adapter goes with the power, or with each start. */
  open(): Promise<SerialLine>;
  power?: HeldSupply;
  /** Milliseconds for a start, and for a line that went away to come back. */
  startMs?: number;
  signal: AbortSignal;
}

/** Milliseconds. */
const START_MS = 20_000;
const RESET_MS = 100;
/** Milliseconds in which a board without power gives no answer. */
const DARK_MS = 1500;
/** Milliseconds for which the capacitors of a board may go on feeding it. */
const DRAIN_MS = 5000;
const LOOK_MS = 200;

/** Opens the line and waits until the board answers. @throws Failure of serial/openSerial.ts, console/hearing.ts, `power` */
export async function startSerialBoard(options: SerialBoardOptions): Promise<SerialBoard> {
  options.signal.throwIfAborted();
  const board = new SerialBoard(options);
  try {
    await board.begin();
    return board;
  } catch (error) {
    await board.close();
    throw error;
  }
}

/** `startSerialBoard` makes one. */
export class SerialBoard extends EventEmitter<BoardEvents> implements BoardInHand {
  readonly pid = 0;
  readonly inputs: ReadonlyMap<number, InputLine> = new Map();
  readonly #options: SerialBoardOptions;
  readonly #startMs: number;
  #line: SerialLine | undefined;
  #console: LineConsole | undefined;
  #hello: Hello | undefined;
  #hellos = 0;
  #powered = true;
  #dead: string | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: SerialBoardOptions) {
    super();
    this.setMaxListeners(0);
    this.#options = options;
    this.#startMs = options.startMs ?? patient(START_MS);
  }

  get hello(): Hello | undefined {
    return this.#hello;
  }

  get restarts(): number {
    return Math.max(0, this.#hellos - 1);
  }

  /** Use startSerialBoard. */
  async begin(): Promise<void> {
    const { power } = this.#options;
    await power?.switch(true);
    await this.#connect();
    await this.#line!.setLines({ dtr: false, rts: true });
    await sleep(RESET_MS);
    await this.#line!.setLines({ rts: false });
    await this.#greet();
  }

  async request(
    method: string,
    parameters: unknown = null,
    { timeout = patient(10_000) } = {},
  ): Promise<unknown> {
    const until = Date.now() + timeout;
    await this.#until('hello', () => this.#hello !== undefined, timeout);
    return this.#console!.request(method, parameters, Math.max(1, until - Date.now()));
  }

  setInput(): never {
    throw new Error('the inputs of a real board are wires');
  }

  setBus(): never {
    throw new Error('the buses of a real board are wires');
  }

  async waitForRestart(restarts = this.restarts + 1, { timeout = patient(60_000) } = {}): Promise<Hello> {
    await this.#until('hello', () => this.restarts >= restarts && this.#hello !== undefined, timeout);
    return this.#hello!;
  }

  async waitForLog(pattern: RegExp, { timeout = patient(60_000) } = {}): Promise<string> {
    let found: string | undefined;
    await this.#until('log', line => pattern.test((found = String(line))), timeout);
    return found!;
  }

  async powerCut(): Promise<void> {
    if (!this.#powered) return;
    const { power } = this.#options;
    if (!power) throw new Error('the board has no power supply that can be switched');
    await power.switch(false);
    this.#powered = false;
    this.#hello = undefined;
    await this.#mustBeDark(power);
    this.emit('ended', { why: 'powerCut', detail: 'the power was cut' });
  }

  async powerOn(): Promise<Hello> {
    if (this.#dead !== undefined) throw new Error(this.#dead);
    if (!this.#powered) {
      this.#powered = true;
      await this.#options.power?.switch(true);
      await this.#connect();
      await this.#greet();
    }
    await this.#until('hello', () => this.#hello !== undefined, this.#startMs);
    return this.#hello!;
  }

  /** Leaves the power as it was found. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      this.#die('the board was let go');
      await this.#options.power?.restore();
      await this.#line?.close();
    })();
    return this.#closing;
  }

  /** @throws Failure `power` of a board that answers though its supply is off */
  async #mustBeDark(power: PowerSupply): Promise<void> {
    if ((await power.state()) === true)
      throw new Failure(
        'power',
        `The supply (${power.name}) says that it is on, though it was switched off.`,
      );
    const answers = () =>
      this.#console?.request('identify', null, DARK_MS).then(
        () => true,
        error => error.code === 'board',
      );
    for (const drained = Date.now() + DRAIN_MS; await answers(); await sleep(LOOK_MS))
      if (Date.now() > drained)
        throw new Failure(
          'power',
          `The board answers though its supply (${power.name}) is off: it has power from elsewhere.`,
        );
  }

  /** Opens the line, and waits for one that comes with the power. */
  async #connect(): Promise<void> {
    const { open, signal } = this.#options;
    for (const deadline = Date.now() + this.#startMs; !this.#line; ) {
      try {
        this.#take(await open());
      } catch (error) {
        signal.throwIfAborted();
        const isAway = error instanceof Failure && error.code === 'port_absent';
        if (!isAway || this.#hellos === 0 || Date.now() > deadline || this.#dead !== undefined) throw error;
        await sleep(LOOK_MS, undefined, { signal });
      }
    }
  }

  #take(line: SerialLine): void {
    this.#line = line;
    const console = new LineConsole({
      ...{ name: line.name, baud: CONSOLE_BAUD },
      write: bytes => void line.write(bytes).catch(() => {}),
      onSaid: said => this.#said(said),
      onText: text => this.emit('log', oneLine(text, 2000)),
    });
    this.#console = console;
    line.onData(bytes => console.take(bytes));
    line.onLost(() => {
      [this.#line, this.#hello] = [undefined, undefined];
      console.hangUp(new Failure('console', `The serial line ${line.name} is lost.`));
      if (!this.#powered || this.#dead !== undefined) return;
      this.emit('log', 'the serial line is lost');
      // An adapter that is part of the chip goes away with each start of it.
      this.#connect()
        .then(() => this.#greet())
        .catch(error => this.#die((error as Error).message));
    });
  }

  /** Waits for its hello; of a board that said it before somebody listened, makes it from its answer. */
  async #greet(): Promise<void> {
    const [console, before] = [this.#console!, this.#hellos];
    const hello = await greeting({
      ask: milliseconds => console.request('identify', null, milliseconds),
      isThere: () => this.#hellos > before || this.#console !== console,
      milliseconds: this.#startMs,
      signal: this.#options.signal,
    });
    if (hello) this.#said({ hello });
    else if (this.#hellos === before && this.#console === console) throw console.explain();
  }

  #said(said: Readonly<Record<string, unknown>>): void {
    if (!this.#powered) return;
    const hello = readHello(said.hello);
    if (hello) {
      this.#hellos++;
      this.#hello = hello;
      this.emit('hello', hello);
      return;
    }
    const text = lineOf(said);
    if (text !== undefined) this.emit('log', text);
    const { fault, restart } = said;
    if (fault === undefined && restart === undefined) return;
    this.#hello = undefined;
    this.emit('ended', {
      why: restart === undefined ? 'fault' : 'restart',
      detail: oneLine(String(restart ?? fault)),
    });
  }

  #die(reason: string): void {
    if (this.#dead !== undefined) return;
    this.#dead = reason;
    this.#console?.hangUp(new Failure('console', `${reason}.`));
    this.emit('dead', reason);
  }

  /** Waits until that holds, or for an event of which it holds. @throws Error when the board is off or dead, or time is up */
  #until(event: 'hello' | 'log', holds: (value?: unknown) => boolean, milliseconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#powered || this.#dead !== undefined)
        return reject(new Error(this.#dead ?? 'the board is off'));
      if (event === 'hello' && holds()) return resolve();
      const end = (settle: () => void) => {
        clearTimeout(late);
        this.off(event, look).off('dead', dead);
        settle();
      };
      const look = (value: unknown) => holds(value) && end(resolve);
      const dead = (reason: string) => end(() => reject(new Error(reason)));
      const late = setTimeout(
        () => end(() => reject(new Error(`the board did not say ${event} in time`))),
        Math.max(0, milliseconds),
      );
      this.on(event, look).on('dead', dead);
    });
  }
}

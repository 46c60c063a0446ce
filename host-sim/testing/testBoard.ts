/**
 * A board for the tests of an app: its pins and its time in the hand of the test, its orders checked as a real board
 * checks them, and neither chain nor broker.
 */
import { type Ordered, RESULT_BYTES_MAX, type Result } from '../../firmware/app/action.js';
import { findAction } from '../../firmware/app/app.js';
import type { MakeApp } from '../../firmware/app/board.js';
import { AppHost } from '../../firmware/app/host.js';
import { decodeParams, encodeParams, encodeResult, parseParams } from '../../firmware/app/params.js';
import { isQuiet, minuteOfDay } from '../../firmware/app/quiet.js';
import { forgottenRecords } from '../../firmware/app/records.js';
import type { Reports } from '../../firmware/app/reports.js';
import { shownState } from '../../firmware/app/state.js';
import {
  type BusEvent,
  type SimulatedBuses,
  type SimulatedI2c,
  type SimulatedSpi,
  simulatedBuses,
} from '../node/board/buses.js';
import { simulatedPins } from '../node/board/pins.js';
import type { SimulatedLine } from '../node/board/serialLines.js';
import { HandClock } from './handClock.js';

/** The outcome of an order, as a receipt would have it. */
export type Outcome =
  | { outcome: 'done'; result: unknown }
  | { outcome: 'refused'; code: 'params' | 'class' }
  | { outcome: 'failed'; message: string }
  | { outcome: 'interrupted' };

/** All that can be connected to a board before it starts. */
export type Wiring = Pick<TestBoard, 'input' | 'i2c' | 'spi' | 'serial'>;

/** A board with an app on it. */
export interface TestBoard {
  /**
   * Gives an order, `app.action`, and waits for its outcome. Irreversible actions need `irreversible`; `operator` is the
   * address of who orders, 0x and 40 digits.
   */
  order(
    action: string,
    params?: unknown,
    options?: { irreversible?: boolean; operator?: string },
  ): Promise<Outcome>;
  /** Lets time pass: milliseconds. */
  advance(milliseconds: number): Promise<void>;
  /** The state of an output that the app wrote last: 1 or 0; 0 for one that it never wrote since the start. */
  output(pin: number): number;
  /** Sets an input: 0 or 1 of a digital, 0 to 4095 of an analogue one. It stays over restarts. */
  input(pin: number, value: number): void;
  /** Puts a device at an address of the I²C bus, whichever pins that has; `registers` makes one. It stays. */
  i2c(address: number, device: SimulatedI2c): void;
  /** Puts a device on the SPI bus, at its select pin; −1 for a bus without. It stays. */
  spi(select: number, device: SimulatedSpi): void;
  /** The other end of a serial line, by its port, else its transmit pin, else its receive pin. */
  serial(line: number): SimulatedLine;
  /** All that the app sent on its buses, and its pulses, since the start: oldest first. */
  readonly sent: readonly BusEvent[];
  /** The lines of the log, faults of the app among them (`app fault: …`). */
  readonly log: readonly string[];
  /** The app's word about its health; false after a fault. */
  healthy(): Promise<boolean>;
  /** The app's word that it cannot be interrupted. */
  busy(): boolean;
  /** True when the app's quiet hours hold at that time, `HH:MM` in UTC: then no update begins. */
  quiet(time: string): boolean;
  /** The state that the board's status shows; undefined for nothing, and after a state that no status can hold. */
  state(): unknown;
  /** The settings that the board's status shows: those that were set by `holdfast.config`; undefined without any. */
  config(): unknown;
  /** The reports of the app since the board was made, the oldest first. */
  readonly reports: readonly { name: string; value: unknown }[];
  /** Locks the app, as on a board that was reported stolen. */
  lock(): void;
  /** Power off and on. Orders under way are `interrupted`, and idempotent ones run again. */
  powerCut(): Promise<void>;
  /** An update: the same board starts again with another version of the app, which finds what this one kept. */
  update(next: MakeApp): Promise<void>;
}

/** The operator who orders unless a test says otherwise. */
const OPERATOR = `0x${'0e'.repeat(20)}`;

class Bench implements TestBoard {
  readonly log: string[] = [];
  readonly reports: { name: string; value: unknown }[] = [];
  #make: MakeApp;
  readonly #clock = new HandClock();
  readonly #outputs = new Map<number, boolean>();
  readonly #pins = simulatedPins((pin, on) => void this.#outputs.set(pin, on));
  readonly sent: BusEvent[] = [];
  readonly #buses: SimulatedBuses = simulatedBuses(this.#clock, event => void this.sent.push(event));
  /** Told of the next power cut. */
  readonly #underWay = new Set<() => void>();
  /** The flash of the board, which outlives its restarts. */
  readonly #records = forgottenRecords();
  #host!: AppHost;

  constructor(make: MakeApp, wire: (board: Wiring) => void) {
    this.#make = make;
    wire({
      input: (pin, value) => this.input(pin, value),
      i2c: (address, device) => this.i2c(address, device),
      spi: (select, device) => this.spi(select, device),
      serial: line => this.serial(line),
    });
    this.#start();
  }

  async order(
    name: string,
    params: unknown = {},
    { irreversible = false, operator = OPERATOR }: { irreversible?: boolean; operator?: string } = {},
  ): Promise<Outcome> {
    const ordered = { operator: operator.toLowerCase() };
    return this.#order(name, params, irreversible, ordered);
  }

  async #order(name: string, params: unknown, irreversible: boolean, ordered: Ordered): Promise<Outcome> {
    const action = findAction(this.#host.app, name);
    const parsed = action && parseParams(action, encodeParams(params));
    if (parsed?.verdict !== 'accepted') return { outcome: 'refused', code: 'params' };
    if (action!.class === 'irreversible' && !irreversible) return { outcome: 'refused', code: 'class' };
    const { promise: cut, resolve } = withResolve<'cut'>();
    const told = () => resolve('cut');
    this.#underWay.add(told);
    try {
      const ended = await Promise.race([cut, Promise.resolve(action!.run(parsed.value as never, ordered))]);
      if (ended !== 'cut') return done(ended);
    } catch (error) {
      return { outcome: 'failed', message: (error as Error)?.message ?? String(error) };
    } finally {
      this.#underWay.delete(told);
    }
    // A board does not remember over a power cut who ordered what it runs again.
    return action!.idempotent
      ? this.#order(name, params, irreversible, { operator: undefined })
      : { outcome: 'interrupted' };
  }

  advance(milliseconds: number): Promise<void> {
    return this.#clock.advanceSettled(milliseconds);
  }

  output(pin: number): number {
    return this.#outputs.get(pin) ? 1 : 0;
  }

  input(pin: number, value: number): void {
    this.#pins.setInput(pin, value);
  }

  i2c(address: number, device: SimulatedI2c): void {
    this.#buses.attachI2c(address, device);
  }

  spi(select: number, device: SimulatedSpi): void {
    this.#buses.attachSpi(select, device);
  }

  serial(line: number): SimulatedLine {
    return this.#buses.line(line);
  }

  async healthy(): Promise<boolean> {
    return (await this.#host.app.healthy()) === true;
  }

  busy(): boolean {
    return this.#host.app.busy?.() ?? false;
  }

  quiet(time: string): boolean {
    const hours = this.#host.app.quiet?.();
    return hours !== undefined && isQuiet(hours, minuteOfDay(time) * 60);
  }

  state(): unknown {
    const bytes = shownState(this.#host.app);
    return bytes.length === 0 ? undefined : decodeParams(bytes);
  }

  config(): unknown {
    const bytes = this.#host.app.configured?.();
    return bytes && decodeParams(bytes);
  }

  lock(): void {
    this.#host.app.lock?.();
  }

  async powerCut(): Promise<void> {
    this.#host.close();
    this.#outputs.clear();
    this.sent.length = 0;
    this.#start();
    for (const told of [...this.#underWay]) told();
    await this.#clock.advanceSettled(0);
  }

  update(next: MakeApp): Promise<void> {
    this.#make = next;
    return this.powerCut();
  }

  /** Taken at once, as by a board that reaches its broker. */
  #reported(reports: Reports, name: string, value: unknown): void {
    reports.take();
    this.reports.push({ name, value });
  }

  #start(): void {
    const console = { log: (line: string) => void this.log.push(line) };
    const ports = {
      clock: this.#clock,
      pins: this.#pins,
      buses: this.#buses,
      records: this.#records,
      console,
    };
    this.#host = new AppHost(ports, this.#make);
    const { reports } = this.#host.app;
    if (reports) reports.onReport = (name, value) => this.#reported(reports, name, value);
    this.#host.app.start?.();
  }
}

/** A result as its reader gets it: encoded, within its bounds, and decoded. */
function done(result: Result): Outcome {
  const bytes = encodeResult(result);
  if (!bytes) return { outcome: 'failed', message: `the result has more than ${RESULT_BYTES_MAX} bytes` };
  return { outcome: 'done', result: bytes.length === 0 ? undefined : decodeParams(bytes) };
}

function withResolve<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>(given => {
    resolve = given;
  });
  return { promise, resolve };
}

/**
 * A board that runs the app; it has started when this returns.
 *
 * @param wire connects what the app must find as it starts
 * @example
 * const board = testBoard(lock);
 * await board.order('lock.open');
 * await board.advance(5000);
 * assert.equal(board.output(4), 0);
 */
export const testBoard = (make: MakeApp, wire: (board: Wiring) => void = () => {}): TestBoard =>
  new Bench(make, wire);

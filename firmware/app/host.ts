/** The framework's side of an app: it makes the app, keeps its timers, and takes what it throws. */

import type { GenericSchema } from 'valibot';
import type { Buses } from '../port/buses.js';
import type { Clock } from '../port/clock.js';
import type { Pins } from '../port/pins.js';
import { type App, NO_APP } from './app.js';
import type { Board, LogLevel, MakeApp } from './board.js';
import { type Io, ioOf } from './io/io.js';
import { boundedLog, LOG_LINES_MAX } from './log.js';
import { RecordKey, type Records } from './records.js';
import { Reports } from './reports.js';
import { KeptSettings, type Settings, type SettingsOptions } from './settings.js';
import { settingsActions } from './settingsActions.js';
import { RecordStore, type Store } from './store.js';
import type { Telemetry } from './telemetry.js';
import { tolerated } from './tolerated.js';

/** The shortest period of `every`. */
export const PERIOD_MS_MIN = 10;
/** Timers of an app at once, those that watch its inputs included. */
export const TIMERS_MAX = 16;
/** The longest line that an app writes to the log. */
export const LOG_CHARACTERS_MAX = 256;

/** The ports that an app's board is made of. */
export interface HostPorts {
  clock: Clock;
  pins: Pins;
  buses?: Buses;
  console: { log(line: string): void };
  /** The records of the app in flash. */
  records: Records;
  /**
   * True for an image that was confirmed before. What throws as such an app is made or started is a fault, and the board
   * goes on without it: a sensor that broke must not keep the board from the update that repairs it. A new image throws,
   * and is rolled back.
   */
  isConfirmed?: boolean;
}

type AnySettings = KeptSettings<GenericSchema>;

/** An app with the board that it runs on. */
export class AppHost implements Board {
  readonly app: App;
  readonly #ports: HostPorts;
  readonly #line: ReturnType<typeof boundedLog>;
  /** Cancels each timer that runs. */
  readonly #timers = new Set<() => void>();
  #io: ReturnType<typeof ioOf> | undefined = undefined;
  #store: Store | undefined = undefined;
  #faults = 0;
  readonly #settings: { config?: AnySettings; secrets?: AnySettings } = {};
  readonly #told: { config?: () => void; secrets?: () => void } = {};

  /** Makes the app. Throws what its function throws, and a TypeError when that gives no app, unless it was confirmed. */
  constructor(ports: HostPorts, make: MakeApp) {
    this.#ports = ports;
    this.#line = boundedLog(ports);
    const app = this.#make(make);
    const healthy = async () => this.#faults === 0 && (await app.healthy());
    this.app = { ...app, ...tolerated(app, error => this.#fault(error)), healthy };
    if (ports.isConfirmed && app.start) this.app.start = () => void this.#run(() => app.start!());
    // Asked when the clock is proven, which a test of the app never sees.
    this.app.quiet?.();
    const { config } = this.#settings;
    if (config) this.app.configured = () => config.encoded;
    this.#readTelemetry(app.telemetry);
    this.app.framework = settingsActions(this.#settings, kind => this.#told[kind]?.());
  }

  /** The number of faults since the app began. An image with one is not confirmed. */
  get faults(): number {
    return this.#faults;
  }

  get io(): Io {
    const { buses, pins } = this.#ports;
    this.#io ??= ioOf({
      pins,
      ...(buses && { buses }),
      every: (periodMs, run) => this.every(periodMs, run),
      callBack: run => void this.#run(run),
    });
    return this.#io.io;
  }

  get store(): Store {
    this.#store ??= new RecordStore(this.#ports.records);
    return this.#store;
  }

  config<Schema extends GenericSchema>(options: SettingsOptions<Schema>): Settings<Schema> {
    return this.#declare('config', options);
  }

  secrets<Schema extends GenericSchema>(options: SettingsOptions<Schema>): Settings<Schema> {
    return this.#declare('secrets', options);
  }

  every(periodMs: number, run: () => unknown): () => void {
    if (!(periodMs >= PERIOD_MS_MIN)) {
      throw new RangeError(`a period has ${PERIOD_MS_MIN} ms at least, not ${periodMs}`);
    }
    return this.#repeat(periodMs, run, true);
  }

  after(delayMs: number, run: () => unknown): () => void {
    return this.#repeat(delayMs, run, false);
  }

  report(name: string, value: unknown): void {
    if (!this.app?.reports) throw new RangeError(`no telemetry is declared as "${name}", or not yet`);
    this.app.reports.report(name, value);
  }

  log(line: string, level: LogLevel = 'info'): void {
    const what = level === 'info' ? 'app' : `app ${level}`;
    this.#line(`${what}: ${`${line}`.slice(0, LOG_CHARACTERS_MAX)}`);
  }

  /** Cancels all timers of the app, and closes what it opened. */
  close(): void {
    this.#io?.closeAll();
    for (const cancel of [...this.#timers]) cancel();
  }

  #make(make: MakeApp): App {
    try {
      const app = make(this);
      if (typeof app?.healthy === 'function' && typeof app.actions === 'object') return app;
      throw new TypeError('the default export gives no app: return defineApp({ … })');
    } catch (error) {
      if (!this.#ports.isConfirmed) throw error;
      this.close();
      this.#fault(error);
      this.log('the board goes on without its app', 'warning');
      return NO_APP;
    }
  }

  #readTelemetry(kinds: Record<string, Telemetry> | undefined): void {
    if (!kinds) return;
    this.app.reports = new Reports(kinds, this.#ports.clock);
    for (const [name, { everyMs, read }] of Object.entries(kinds)) {
      if (read) this.every(everyMs!, async () => this.report(name, await read()));
    }
  }

  #declare<Schema extends GenericSchema>(kind: 'config' | 'secrets', options: SettingsOptions<Schema>) {
    if (this.#settings[kind]) throw new TypeError(`an app has one ${kind}`);
    if (this.app) throw new TypeError(`${kind} is asked for as the app is made`);
    const settings = new KeptSettings(options, {
      records: this.#ports.records,
      key: RecordKey[kind],
      isSecret: kind === 'secrets',
      onMisfit: line => this.log(`${kind}: ${line}; the defaults hold`, 'warning'),
    });
    this.#settings[kind] = settings as unknown as AnySettings;
    this.#told[kind] = () => void this.#run(() => options.changed?.(settings.value));
    return settings;
  }

  #repeat(ms: number, run: () => unknown, again: boolean): () => void {
    if (this.#timers.size >= TIMERS_MAX) throw new RangeError(`an app has ${TIMERS_MAX} timers at most`);
    let stop = () => {};
    const cancel = () => {
      this.#timers.delete(cancel);
      stop();
    };
    const fire = async () => {
      if (!again) this.#timers.delete(cancel);
      await this.#run(run);
      if (this.#timers.has(cancel)) stop = this.#ports.clock.after(ms, () => void fire());
    };
    this.#timers.add(cancel);
    stop = this.#ports.clock.after(ms, () => void fire());
    return cancel;
  }

  /** A call whose error is a fault; one that is thrown at once is a fault at once. */
  async #run(run: () => unknown): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.#fault(error);
    }
  }

  #fault(error: unknown): void {
    this.#faults++;
    const { message, stack } = (error ?? {}) as { message?: unknown; stack?: unknown };
    const text = `${stack ?? message ?? error}`.split('\n').join(' ');
    this.#line(`app fault: ${text.slice(0, 2 * LOG_CHARACTERS_MAX)}`, 2 * LOG_LINES_MAX);
  }
}

/** The board as an app sees it: time, pins and the log. An app is a function of it, and touches nothing else. */

import type { GenericSchema } from 'valibot';
import type { App } from './app.js';
import type { Io } from './io/io.js';
import type { Settings, SettingsOptions } from './settings.js';
import type { Store } from './store.js';

/** Weight of a line in the board's log. */
export type LogLevel = 'debug' | 'info' | 'warning';

/** The board that an app was given. */
export interface Board {
  /** Pins and buses, in the shapes of ECMA-419. */
  readonly io: Io;
  /**
   * Calls back again and again, first after one period; a call that lasts longer than a period delays the next. What is
   * thrown, or rejected, is a fault of the app. The returned function cancels; all end with the app.
   *
   * @param periodMs milliseconds, `PERIOD_MS_MIN` at least
   * @throws RangeError on a shorter period, or on more than `TIMERS_MAX` timers at once
   */
  every(periodMs: number, run: () => unknown): () => void;
  /** Calls back once, after `delayMs` milliseconds; otherwise as `every`. */
  after(delayMs: number, run: () => unknown): () => void;
  /** Values that stay over restarts and updates, `STORE_BYTES_MAX` in all. */
  readonly store: Store;
  /** The configuration, which the owner sets by `holdfast.config`; to be asked for once, as the app is made. */
  config<Schema extends GenericSchema>(options: SettingsOptions<Schema>): Settings<Schema>;
  /** The secrets, which the owner sets by `holdfast.secret`, sealed in flash and never shown; otherwise as `config`. */
  secrets<Schema extends GenericSchema>(options: SettingsOptions<Schema>): Settings<Schema>;
  /**
   * Reports a value of the app's `telemetry`. It is sent with others in a signed batch, about half a minute later, and kept
   * while nobody is reached.
   *
   * @throws RangeError on a name that is not declared, TypeError on a value that its schema refuses
   */
  report(name: string, value: unknown): void;
  /**
   * Writes a line of at most `LOG_CHARACTERS_MAX` to the board's log; what is longer is cut. Of more lines than
   * `LOG_LINES_MAX` in `LOG_WINDOW_MS` the log has only how many were left out.
   */
  log(line: string, level?: LogLevel): void;
}

/** The default export of an author’s module: the app of a board. */
export type MakeApp = (board: Board) => App;

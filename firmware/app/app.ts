/** An app: the part of an image that a firmware author writes. Everything else is the framework's. */

import type { Action, Result } from './action.js';
import type { QuietHours } from './quiet.js';
import type { Reports } from './reports.js';
import type { Telemetry } from './telemetry.js';

export { action, type Result } from './action.js';

/** The part that a firmware author writes: a name, actions, and the app's word about its health. */
export interface App {
  /** First half of its actions' full names: `relay` in `relay.set`. Small letters, digits and `-`, 31 at most. */
  name: string;
  /** The actions by their names, which have the same shape. */
  actions: Record<string, Action>;
  /** Called once at the start, before any command: bring the outputs into their safe state. */
  start?(): void;
  /** A new image is confirmed only if this answers true within 30 s. */
  healthy(): boolean | Promise<boolean>;
  /** Called when the board is locked, because it was reported stolen: bring the outputs into their safe state. */
  lock?(): void;
  /**
   * The state that the board's signed status shows: a relay's position, a lock's. Plain, `STATE_BYTES_MAX` as CBOR; asked
   * every 5 s and after each order, so that it answers at once.
   */
  state?(): Result;
  /** The values that the app reports by itself, by names of the same shape. */
  telemetry?: Record<string, Telemetry>;
  /** The reports that wait to be sent; the framework adds them. */
  reports?: Reports;
  /** The framework's own actions, `holdfast.…`. The framework adds them; an author gives none. */
  framework?: Readonly<Record<string, Action>>;
  /** CBOR: what the owner has set of the configuration, `SETTINGS_BYTES_MAX`; the framework adds it for the status. */
  configured?(): Uint8Array;
  /** While true, no update begins and no download is installed, for as long as the owner lets an app put one off. */
  busy?(): boolean;
  /** The same while the charge is below the least; undefined while none is known, as on a supply. */
  battery?(): Battery | undefined;
  /**
   * The hours of the day in which the same holds, by the board's proven clock; undefined for none. Asked each time, so that
   * they may come from the configuration.
   */
  quiet?(): QuietHours | undefined;
}

/** The charge of a board's battery, in percent, and the least with which an update begins. */
export interface Battery {
  charge: number;
  least: number;
}

/** In the place of an app that cannot run. */
export const NO_APP: App = { name: 'none', actions: {}, healthy: () => false };

/** The name before the framework's own actions. */
export const FRAMEWORK = 'holdfast';

/** Made anew for each use: the Moddable SDK's engine (8.2.3) corrupts its heap on a RegExp that was preloaded. */
const nameShape = () => /^[a-z][a-z0-9-]{0,30}$/;

/**
 * Checks an app's names and returns the app. Throws a TypeError on a name that could not be addressed.
 *
 * @example
 * export const blinker = (pins: Pins) => defineApp({
 *   name: 'blinker',
 *   healthy: () => true,
 *   actions: {
 *     set: action({
 *       params: v.strictObject({ on: v.boolean() }),
 *       run: ({ on }) => { pins.write(2, on); return { on }; },
 *     }),
 *   },
 * });
 */
export function defineApp(app: App): App {
  for (const name of [app.name, ...Object.keys(app.actions), ...Object.keys(app.telemetry ?? {})]) {
    if (!nameShape().test(name)) {
      throw new TypeError(
        `"${name}" cannot name an app, an action or telemetry: use small letters, digits and -, 31 at most`,
      );
    }
  }
  if (app.name === FRAMEWORK) throw new TypeError(`"${FRAMEWORK}" names the framework's own actions`);
  return app;
}

/** The action of that full name; undefined when the app has none. Inherited names (`constructor`) are no actions. */
export function findAction(app: App, fullName: string): Action | undefined {
  for (const [prefix, actions] of [
    [`${FRAMEWORK}.`, app.framework ?? {}],
    [`${app.name}.`, app.actions],
  ] as const) {
    if (!fullName.startsWith(prefix)) continue;
    const name = fullName.slice(prefix.length);
    return Object.keys(actions).includes(name) ? actions[name] : undefined;
  }
  return undefined;
}

/** An app: what a firmware author writes. Everything else is the framework's. */

import type { Action } from './action.js';

export { action, type Result } from './action.js';

export interface App {
  /** First half of its actions' full names: `relay` for `relay.set`. Letters, digits, `-`. */
  name: string;
  actions: Record<string, Action>;
  /** Once, at the start, before any command: bring the outputs into their safe state. */
  start?(): void;
  /** A new image is confirmed only if this says true. */
  healthy(): boolean | Promise<boolean>;
  /** While true, no update begins. */
  busy?(): boolean;
}

/** Made anew for each use: the Moddable SDK's engine (8.2.3) corrupts its heap on a RegExp that was preloaded. */
const nameShape = () => /^[a-z][a-z0-9-]{0,30}$/;

/** Throws on names that could not be addressed. */
export function defineApp(app: App): App {
  for (const name of [app.name, ...Object.keys(app.actions)]) {
    if (!nameShape().test(name)) throw new TypeError(`not a name for an app or action: ${name}`);
  }
  return app;
}

/** The action of that full name, or undefined. Inherited names (`constructor`) are nobody's actions. */
export function findAction(app: App, fullName: string): Action | undefined {
  const prefix = `${app.name}.`;
  if (!fullName.startsWith(prefix)) return undefined;
  const name = fullName.slice(prefix.length);
  return Object.keys(app.actions).includes(name) ? app.actions[name] : undefined;
}

/**
 * The choice of the app that a board runs: one that was installed beside the image as a mod, or the built-in one. A mod
 * is not part of the image that is approved and hashed, so it is for the desk: on a chip that boots nothing unsigned it
 * is left alone. It cannot take the place of a module of the image, since those are preloaded.
 */
import type { App } from '../app/app.js';
import type { MakeApp } from '../app/board.js';
import type { Ports } from '../port/ports.js';

/** A maker of a mod's app over the board's ports. */
export type MakeMod = (ports: Ports) => App;

/** The app that runs. A mod takes the ports, what is built in the board. */
export type Chosen = { mod: MakeMod } | { app: MakeApp };

export interface AppChoice {
  /** The SDK's `modules`. */
  modules: {
    readonly archive: readonly string[];
    has(name: string): boolean;
    importNow(name: string): unknown;
  };
  /** True when secure boot is on. */
  secured: boolean;
  builtIn: MakeApp;
  log(line: string): void;
}

/** The module of a mod whose default export makes the app. */
const modName = 'app';

/** The mod's app where there is one and it may run, else the built-in one; the log says which. */
export function chooseApp({ builtIn, log, modules, secured }: AppChoice): Chosen {
  if (!(modules.archive?.length > 0) || !modules.has(modName)) return { app: builtIn };
  if (secured) {
    log('a mod is installed and is left alone: this chip starts only what is signed');
    return { app: builtIn };
  }
  const made = modules.importNow(modName);
  if (typeof made !== 'function') {
    log('the mod that is installed makes no app; the one that is built in runs');
    return { app: builtIn };
  }
  log('the app of the mod runs: it is not part of the image, and no hash covers it');
  return { mod: made as MakeMod };
}

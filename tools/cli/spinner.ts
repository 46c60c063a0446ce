/** One line that moves while a command is silent, so that a person sees that it works, at what, and for how long. */
import type { Clock } from '../../firmware/port/clock.js';
import { printable } from './failure.js';

export interface SpinnerOptions {
  /** Writes to the terminal past everything else. */
  write(text: string): void;
  clock: Clock;
  /** Characters of the terminal's line. */
  columns: number;
  /** True while somebody is asked something on that line. */
  asking?(): boolean;
}

/** Milliseconds of silence before the line appears, and between two steps of it. */
const SILENCE_MS = 1000;
const STEP_MS = 100;
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const ERASE = '\r\u001b[K';

/**
 * The line, on a terminal and by a clock. It writes nothing before `tell` or `show`; text of any origin is made printable.
 *
 * @example
 * const spinner = new Spinner({ write, clock: nodeClock, columns: 80 });
 * spinner.show('builds app.ts');
 * spinner.stop();
 */
export class Spinner {
  readonly #options: SpinnerOptions;
  #what = '';
  #began = 0;
  #silentSince = 0;
  #frame = 0;
  #shown = false;
  #cancel: (() => void) | undefined;

  constructor(options: SpinnerOptions) {
    this.#options = options;
  }

  /** From now on this is what is done; the seconds begin anew. */
  tell(what: string): void {
    const now = this.#options.clock.monotonic();
    this.#what = printable(what).replace(/[.:]$/, '');
    this.#began = now;
    if (this.#cancel) return;
    this.#silentSince = now;
    this.#next();
  }

  /** The same, and shown at once: of something that is known to take its time. */
  show(what: string): void {
    this.tell(what);
    this.#silentSince = Number.NEGATIVE_INFINITY;
    this.#step();
  }

  /** Something else is about to be written there: the line goes, and comes again after the next silence. */
  yield(): void {
    this.#erase();
    this.#silentSince = this.#options.clock.monotonic();
  }

  /** The line is gone for good, or until something is told. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#erase();
  }

  #next(): void {
    this.#cancel = this.#options.clock.after(STEP_MS, () => {
      this.#step();
      this.#next();
    });
  }

  #step(): void {
    const { asking, clock, columns, write } = this.#options;
    const now = clock.monotonic();
    if (asking?.()) this.yield();
    if (now - this.#silentSince < SILENCE_MS) return;
    const seconds = ` ${Math.floor((now - this.#began) / 1000)} s`;
    const room = columns - seconds.length - 3;
    const what = this.#what.length > room ? `${this.#what.slice(0, room - 1)}…` : this.#what;
    write(`${ERASE}${FRAMES[this.#frame++ % FRAMES.length]} ${what}${seconds}`);
    this.#shown = true;
  }

  #erase(): void {
    if (this.#shown) this.#options.write(ERASE);
    this.#shown = false;
  }
}

/** The side of the app’s host that the classes of pins and buses see, and the end of all that an app opened. */

import type { Buses } from '../../port/buses.js';
import type { Pins } from '../../port/pins.js';

/** Pins and buses that an app has open at once. */
export const OPEN_MAX = 32;

export interface IoHost {
  readonly pins: Pins;
  /** Missing where the platform has none. */
  readonly buses?: Buses;
  /** Calls again and again until the function that it returned was called. */
  every(periodMs: number, run: () => unknown): () => void;
  /** Runs a callback of the app: what it throws, or rejects, is a fault of the app. */
  callBack(run: () => unknown): void;
}

/** All that an app has open. */
export class OpenIo {
  readonly #closers = new Set<() => void>();

  /**
   * Opens something that ends with the app.
   *
   * @throws RangeError on more than `OPEN_MAX` at once, and what `open` throws
   */
  lease<Opened extends { close(): void }>(open: () => Opened): Lease<Opened> {
    if (this.#closers.size >= OPEN_MAX) {
      throw new RangeError(`an app has ${OPEN_MAX} pins and buses open at most`);
    }
    const opened = open();
    const close = () => {
      if (this.#closers.delete(close)) opened.close();
    };
    this.#closers.add(close);
    return new Lease(opened, close, () => this.#closers.has(close));
  }

  closeAll(): void {
    for (const close of [...this.#closers]) close();
  }
}

/** Something open, until it is closed. */
export class Lease<Opened> {
  /** Idempotent. */
  readonly close: () => void;
  readonly isOpen: () => boolean;
  readonly #opened: Opened;

  constructor(opened: Opened, close: () => void, isOpen: () => boolean) {
    this.#opened = opened;
    this.close = close;
    this.isOpen = isOpen;
  }

  /** Throws an Error once it is closed. */
  get opened(): Opened {
    if (!this.isOpen()) throw new Error('it is closed');
    return this.#opened;
  }
}

/** The platform's buses. @throws Error where it has none */
export function busesOf({ buses }: IoHost): Buses {
  if (!buses) throw new Error('this platform has digital and analogue pins only');
  return buses;
}

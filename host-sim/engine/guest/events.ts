/** The host's events, each for the port that they are of. A class: see flash.ts. */
import type { HostClock } from './clock.js';
import type { HostConsole } from './console.js';
import type { Guest } from './host.js';
import type { HostNetwork } from './network.js';

/** All that the host calls, of an image that `start` starts. */
export class HostEvents implements Guest {
  readonly #clock: HostClock;
  readonly #network: HostNetwork;
  readonly #console: Pick<HostConsole, 'take'>;
  readonly start: () => void;

  constructor(clock: HostClock, network: HostNetwork, console: Pick<HostConsole, 'take'>, start: () => void) {
    this.#clock = clock;
    this.#network = network;
    this.#console = console;
    this.start = start;
  }

  timer(id: number): void {
    this.#clock.fire(id);
  }

  readable(id: number, count: number): void {
    this.#network.readable(id, count);
  }

  writable(id: number, count: number): void {
    this.#network.writable(id, count);
  }

  closed(id: number, cause: string | undefined): void {
    this.#network.closed(id, cause);
  }

  line(line: string | ArrayBuffer): void {
    this.#console.take(line);
  }

  describe(error: unknown): string {
    try {
      const stack = typeof error === 'object' && error !== null ? (error as Error).stack : undefined;
      const text = `${stack || error}`.replace(/[^\n -~]/g, '?');
      return text.length > 2000 ? `${text.slice(0, 2000)}...` : text;
    } catch {
      return 'an error that cannot be shown';
    }
  }
}

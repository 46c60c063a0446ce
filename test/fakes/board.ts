/** All ports of a board in memory: its console answers, its network leads nowhere unless given, its restart throws. */

import type { Ports } from '../../firmware/port/ports.js';
import type { Network } from '../../firmware/port/socket.js';
import { bootPort, chooseStart, setActive } from '../../host-sim/node/board/bootloader.js';
import { HandClock } from '../../host-sim/testing/handClock.js';
import { countingEntropy } from './countingEntropy.js';
import { MemoryFlash } from './memoryFlash.js';
import { rememberingCrypto } from './rememberingCrypto.js';

/** Nobody is there. */
export const nowhere: Network = {
  connect(options) {
    setImmediate(() => options.onClosed('nobody is there'));
    return { read: () => undefined, write: () => 0, close: () => {} };
  },
};

type Handler = (method: string, parameters: unknown) => Promise<unknown>;

export class FakeBoard {
  readonly clock = new HandClock();
  readonly lines: string[] = [];
  readonly outputs: Record<number, boolean> = {};
  readonly ports: Ports;
  #handler: Handler | undefined;

  /** Flashed with `image` if the flash is blank. */
  constructor(image: Uint8Array, { flash = new MemoryFlash(), network = nowhere, failures = 0 } = {}) {
    if ('reason' in chooseStart(flash)) {
      flash.open('slotA').write(0, image);
      setActive(flash, 'A', image.length);
    }
    const start = chooseStart(flash, failures);
    if ('reason' in start) throw new Error(start.reason);
    this.ports = {
      clock: this.clock,
      entropy: countingEntropy(),
      crypto: rememberingCrypto(),
      network,
      flash,
      boot: bootPort(flash, start, reason => {
        throw new Error(`restart ${reason}`);
      }),
      console: {
        log: line => void this.lines.push(line),
        onRequest: handler => {
          this.#handler = handler;
        },
      },
      pins: { write: (pin, on) => void (this.outputs[pin] = on), sample: () => 0 },
    };
  }

  /** Asks at the console, as the platform does: an answer, or the words of the refusal. */
  async ask(method: string, parameters?: unknown): Promise<unknown> {
    try {
      return await this.#handler?.(method, parameters);
    } catch (error) {
      return (error as Error).message;
    }
  }
}

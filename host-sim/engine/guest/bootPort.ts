/** The Boot port over the host's functions. Classes: see flash.ts. */
import type { Boot, Running, SlotMark } from '../../../firmware/port/board.js';
import type { Host } from './host.js';

/** The image that runs, and the devices on its buses as JSON, where the host was told any. */
export interface Started {
  slot: Running['slot'];
  length: number;
  state: Running['state'];
  idle: SlotMark;
  devices?: string;
}

/** The bootloader that started an image, as far as the image may use it. */
export class HostBoot implements Boot {
  readonly #host: Pick<Host, 'setPending' | 'confirm' | 'restart'>;
  readonly running: Running;
  readonly idle: SlotMark;

  constructor(host: Pick<Host, 'setPending' | 'confirm' | 'restart' | 'imageRead'>, started: Started) {
    this.#host = host;
    this.running = new RunningImage(host, started);
    this.idle = started.idle;
  }

  setPending(length: number): void {
    this.#host.setPending(length);
  }

  confirm(): void {
    this.#host.confirm();
    this.running.state = 'confirmed';
  }

  restart(reason: 'update' | 'rollBack' | 'fault'): void {
    this.#host.restart(`${reason}`);
    // Nothing of the image has an effect from here on, and this unwinds what still runs of it.
    throw new Error('the board restarts');
  }
}

class RunningImage implements Running {
  readonly #host: Pick<Host, 'imageRead'>;
  readonly slot: Running['slot'];
  readonly length: number;
  state: Running['state'];

  constructor(host: Pick<Host, 'imageRead'>, { length, slot, state }: Started) {
    this.#host = host;
    this.slot = slot;
    this.length = length;
    this.state = state;
  }

  read(offset: number, length: number): Uint8Array {
    return new Uint8Array(this.#host.imageRead(offset, length));
  }
}

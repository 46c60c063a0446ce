/**
 * A board of a world: the unchanged image in a realm of its own, on memory flash, under virtual time. A power cut drops
 * the realm between two events; the flash is all that stays. (No cut within a flash operation: flash/faults.ts has those.)
 */
import type { Entropy } from '../../firmware/port/entropy.js';
import type { Flash, PartitionName } from '../../firmware/port/flash.js';
import { headerLength } from '../../firmware/store/imageHeader.js';
import { type Bridge, createBridge } from '../board/bridge.js';
import { program } from '../board/flashing.js';
import { createRealm } from '../board/realm.js';
import { bootPort, chooseStart, setActive } from '../node/board/bootloader.js';
import { simulatedPins } from '../node/board/pins.js';
import { MemoryPartition } from '../node/flash/partition.js';
import { partitionTable } from '../node/flash/table.js';
import type { VirtualNetwork } from './network.js';
import type { VirtualTime } from './time.js';

/** Milliseconds from a restart to the next start. */
const BOOT_MS = 300;

/** The flash of a board, kept over its restarts. */
export class WorldFlash implements Flash {
  readonly #partitions = new Map<PartitionName, MemoryPartition>();

  open(name: PartitionName): MemoryPartition {
    const known = this.#partitions.get(name);
    if (known) return known;
    const made = new MemoryPartition(partitionTable[name]);
    this.#partitions.set(name, made);
    return made;
  }

  /** A copy of this instant. */
  clone(): WorldFlash {
    const copy = new WorldFlash();
    for (const [name, partition] of this.#partitions) {
      const { sectorSize, size } = partition;
      copy.#partitions.set(name, new MemoryPartition({ sectorSize, size }, partition.read(0, size)));
    }
    return copy;
  }
}

export interface WorldBoardOptions {
  name: string;
  time: VirtualTime;
  network: VirtualNetwork;
  entropy: Entropy;
  /** Told of a start, a restart, a fault: what the platform sees. */
  onEvent(what: string): void;
  onPin(pin: number, on: boolean): void;
  /** Told each line of the board's console. */
  onLine(line: string): void;
}

type Handler = (method: string, parameters: unknown) => Promise<unknown>;

/** A board that its holder switches on and off. */
export class WorldBoard {
  readonly name: string;
  readonly #options: WorldBoardOptions;
  /** Replaced by a fault of the memory alone, while the power is off. */
  flash = new WorldFlash();
  #bridge: Bridge | undefined;
  #handler: Handler | undefined;

  constructor(options: WorldBoardOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** With `image` in slot A, confirmed. */
  flashImage(image: Uint8Array): void {
    program(this.flash.open('slotA'), image);
    setActive(this.flash, 'A', image.length);
  }

  get isOn(): boolean {
    return this.#bridge !== undefined;
  }

  powerOn(): void {
    if (this.#bridge) return;
    const { entropy, name, network, onEvent, onLine, onPin, time } = this.#options;
    const start = chooseStart(this.flash);
    if ('reason' in start) {
      onEvent(`has nothing to start: ${start.reason}`);
      return;
    }
    onEvent(`starts version ${start.header.version} from slot ${start.slot}`);
    const again = (what: string) => {
      if (this.#bridge !== bridge) return;
      this.powerCut();
      onEvent(what);
      time.after(BOOT_MS, () => this.powerOn());
    };
    const ports = {
      clock: time.clock(),
      entropy,
      network: network.portOf(name),
      flash: this.flash,
      boot: bootPort(this.flash, start, reason => again(`restarts: ${reason}`)),
      console: {
        log: onLine,
        onRequest: (handler: Handler) => {
          this.#handler = handler;
        },
      },
      pins: simulatedPins(onPin),
    };
    const bridge: Bridge = createBridge(ports, fault => again(`fault: ${fault}`));
    this.#bridge = bridge;
    const source = new TextDecoder('utf-8', { fatal: true }).decode(start.bytes.subarray(headerLength));
    const fault = createRealm(source, bridge.call, bridge.attach).start();
    if (fault !== undefined) again(`fault: ${fault}`);
  }

  /** The image has no effect from now on; connections of it are gone. */
  powerCut(): void {
    this.#bridge?.halt();
    this.#bridge = undefined;
    this.#handler = undefined;
  }

  /** Asks at the console. @throws Error with the board's words, or when it is off */
  async request(method: string, parameters: unknown = null): Promise<unknown> {
    if (!this.#handler) throw new Error('the board is not on');
    return this.#handler(method, parameters);
  }
}

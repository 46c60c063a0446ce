/**
 * A board of a world: the unchanged image in a realm of its own, on memory flash, under virtual time. A power cut drops
 * the realm between two events or within a flash operation, which is then torn; the flash is all that stays.
 */
import { createHash } from 'node:crypto';
import type { Bls } from '../../firmware/port/bls.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import type { Entropy } from '../../firmware/port/entropy.js';
import type { Flash, PartitionName } from '../../firmware/port/flash.js';
import { headerLength } from '../../firmware/store/imageHeader.js';
import { type Bridge, createBridge } from '../board/bridge.js';
import { program } from '../board/flashing.js';
import { createRealm, type Realm, type RealmMaker } from '../board/realm.js';
import { RealmLost } from '../board/realmLost.js';
import { flipBits, type Moment, Power, PowerCut, withFaults } from '../flash/faults.js';
import { bootPort, chooseStart, type StartChoice, setActive } from '../node/board/bootloader.js';
import { noFailures, rowAfter } from '../node/board/failureRow.js';
import { simulatedPins } from '../node/board/pins.js';
import { MemoryPartition } from '../node/flash/partition.js';
import { partitionTable } from '../node/flash/table.js';
import type { StartedImage } from './bootRules.js';
import { BurdenMeter } from './burden.js';
import type { VirtualNetwork } from './network.js';
import type { VirtualTime } from './time.js';
import { WearMeter } from './wear.js';

/** The words to code that has no power any more. */
const TORN = 'the power failed within a flash operation';

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

export type { RealmMaker } from '../board/realm.js';

export interface WorldBoardOptions {
  name: string;
  time: VirtualTime;
  network: VirtualNetwork;
  entropy: Entropy;
  /** Of what a torn flash operation leaves. */
  seed: number;
  /** The crypto that its images get, as on XS and on a chip; without it they use their own, and do the same. */
  crypto?: Crypto;
  /** The same for BLS. */
  bls?: Bls;
  /** Makes the realms of its images; bare ones of this process if left out. */
  makeRealm?: RealmMaker;
  /** Told of a start, a restart, a fault: what the platform sees. */
  onEvent(what: string): void;
  /** Told of the image that the bootloader starts, before it runs. */
  onStart(started: StartedImage): void;
  /** Told that no slot boots, and why. */
  onNothingToStart(why: string): void;
  /** Told that the power failed within a flash operation; it stays off until somebody switches it on. */
  onTorn(): void;
  onPin(pin: number, on: boolean): void;
  /** Told each line of the board's console. */
  onLine(line: string): void;
}

/** Runs the image; what it did not catch, or why it does not run at all. @throws RealmLost */
function startRealm(make: RealmMaker, source: string, bridge: Bridge, attach: (realm: Realm) => void) {
  try {
    return make(source, bridge.call, realm => {
      bridge.attach(realm);
      attach(realm);
    }).start();
  } catch (error) {
    if (error instanceof RealmLost) throw error;
    return (error as Error).message;
  }
}

type Handler = (method: string, parameters: unknown) => Promise<unknown>;

/** A board that its holder switches on and off. */
export class WorldBoard {
  readonly name: string;
  readonly #options: WorldBoardOptions;
  #flash = new WorldFlash();
  readonly #power: Power;
  readonly wear = new WearMeter();
  readonly burden = new BurdenMeter();
  #supplied: Flash;
  #bridge: Bridge | undefined;
  #handler: Handler | undefined;
  /** The slot that nobody needs; undefined while there is none. */
  #idle: PartitionName | undefined;
  #isTorn = false;
  #realm: Realm | undefined;
  #again: (what: string) => void = () => {};
  #row = noFailures;

  constructor(options: WorldBoardOptions) {
    this.name = options.name;
    this.#options = options;
    this.#power = new Power({ seed: options.seed, onCut: () => this.#tear() });
    this.#supplied = this.wear.over(withFaults(this.#flash, this.#power));
  }

  /** A copy of its flash, of this instant. */
  snapshot(): WorldFlash {
    return this.#flash.clone();
  }

  /** A fault of the memory alone, while the power is off: it holds what it held before. */
  putBack(flash: WorldFlash): void {
    this.#flash = flash;
    this.#supplied = this.wear.over(withFaults(flash, this.#power));
  }

  /** With `image` in slot A, confirmed. */
  flashImage(image: Uint8Array): void {
    program(this.#flash.open('slotA'), image);
    setActive(this.#flash, 'A', image.length);
  }

  get isOn(): boolean {
    return this.#bridge !== undefined;
  }

  powerOn(): void {
    if (this.#bridge) return;
    this.#row = noFailures;
    this.#start();
  }

  #start(): void {
    if (this.#bridge) return;
    const { bls, crypto, entropy, makeRealm = createRealm, name, network, time } = this.#options;
    const { onEvent, onLine, onNothingToStart, onPin, onStart } = this.#options;
    this.#power.restore();
    this.#isTorn = false;
    const start = this.#choose();
    if (start === undefined) return;
    if ('reason' in start) {
      onEvent(`has nothing to start: ${start.reason}`);
      onNothingToStart(start.reason);
      return;
    }
    const { rolledBack, state } = start;
    const { version } = start.header;
    const back = rolledBack ? `, back from another: ${rolledBack}` : '';
    onEvent(`starts version ${version} from slot ${start.slot}, ${state}${back}`);
    onStart({ version, state, sha256: createHash('sha256').update(start.bytes).digest('hex') });
    const clock = time.clock();
    const again = (what: string) => {
      if (this.#bridge !== bridge) return;
      const failed = what.startsWith('fault');
      this.#row = rowAfter(this.#row, { slot: start.slot, state, failed, ranMs: clock.monotonic() });
      this.powerCut();
      onEvent(what);
      time.after(BOOT_MS, () => this.#start());
    };
    const ports = {
      clock: this.burden.clock(clock),
      entropy,
      network: this.burden.network(network.portOf(name), () => network.openBy(name)),
      flash: this.#supplied,
      boot: bootPort(this.#supplied, start, reason => again(`restarts: ${reason}`)),
      console: {
        log: onLine,
        onRequest: (handler: Handler) => {
          this.#handler = handler;
        },
      },
      pins: simulatedPins(onPin),
      ...(crypto && { crypto }),
      ...(bls && { bls }),
    };
    const bridge: Bridge = createBridge(ports, fault => again(`fault: ${fault}`));
    this.#bridge = bridge;
    this.#again = again;
    this.#idle = state === 'confirmed' ? (start.slot === 'A' ? 'slotB' : 'slotA') : undefined;
    const source = new TextDecoder('utf-8', { fatal: true }).decode(start.bytes.subarray(headerLength));
    const fault = startRealm(makeRealm, source, bridge, realm => {
      this.#realm = realm;
    });
    if (fault !== undefined) again(`fault: ${fault}`);
  }

  /** The image has no effect from now on; connections of it are gone. */
  powerCut(): void {
    this.#bridge?.halt();
    this.#bridge = undefined;
    this.#realm?.end?.();
    this.#handler = undefined;
  }

  /** The power fails at the `operation`-th write or erase from now on, counted from 1, unless it fails before. */
  tearAt(operation: number, moment: Moment): void {
    this.#power.cutAt(operation, moment);
  }

  /** The cut of `tearAt` does not come any more. */
  keepPower(): void {
    this.#power.keep();
  }

  /** Flips a bit of the slot that a download goes into, at that place of it, 0 to 1. @returns false when no slot is idle */
  rot(place: number): boolean {
    if (!this.#bridge || this.#idle === undefined) return false;
    const slot = this.#flash.open(this.#idle);
    flipBits(slot, Math.floor(place * slot.size), 1);
    return true;
  }

  /** The same of what the board has stored there. @returns false when that is nothing */
  rotStored(name: PartitionName, place: number): boolean {
    const store = this.#flash.open(name);
    const used = [...store.read(0, store.size).entries()].filter(([, byte]) => byte !== 0xff);
    if (used.length === 0) return false;
    const [at] = used[Math.floor(place * used.length)];
    flipBits(store, at, 1 << (at % 8));
    return true;
  }

  /** Takes an error that nobody handled as a fault of the image, if it was made there. @returns whether it was */
  takeFault(error: unknown): boolean {
    if (!this.#realm?.owns(error)) return false;
    this.#again(`fault: ${this.#realm.describe(error)}`);
    return true;
  }

  /** The bootloader's choice; undefined when the power failed meanwhile. */
  #choose(): StartChoice | undefined {
    try {
      return chooseStart(this.#supplied, this.#row.count);
    } catch (error) {
      if (error instanceof PowerCut) return undefined;
      throw error;
    }
  }

  #tear(): never {
    const { onEvent, onTorn } = this.#options;
    if (this.#isTorn) throw new PowerCut(TORN);
    this.#isTorn = true;
    this.powerCut();
    onEvent('loses power within a flash operation');
    onTorn();
    throw new PowerCut(TORN);
  }

  /** Asks at the console. @throws Error with the board's words, or when it is off */
  async request(method: string, parameters: unknown = null): Promise<unknown> {
    if (!this.#handler) throw new Error('the board is not on');
    return this.#handler(method, parameters);
  }
}

/** A board that takes app images: its real app line and journals, an image that stays, and a chain that says what it is told. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { App } from '../../../firmware/app/app.js';
import { equal } from '../../../firmware/bytes/equal.js';
import { encodeRecord } from '../../../firmware/bytes/record.js';
import { accepted } from '../../../firmware/bytes/verdict.js';
import { AppLine } from '../../../firmware/device/appLine.js';
import type { Identity } from '../../../firmware/device/identity.js';
import { AppKey } from '../../../firmware/device/identityKeys.js';
import { readSlots, type Slots } from '../../../firmware/device/slots.js';
import { StoreKey } from '../../../firmware/ledger/keys.js';
import { Ledger } from '../../../firmware/ledger/ledger.js';
import type { Boot } from '../../../firmware/port/board.js';
import type { Flash } from '../../../firmware/port/flash.js';
import { openJournal } from '../../../firmware/store/journal.js';
import { Floors } from '../../../firmware/trust/floors.js';
import { appInterface } from '../../../firmware/update/appSlots.js';
import { encodeOffer, type Offer } from '../../../firmware/update/offer.js';
import { parseLine } from '../../../firmware/update/progress.js';
import type { UpdateIntake } from '../../../firmware/update/updates.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { address } from '../../fakes/bytes.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { memoryNetwork, rangeAnswer } from '../../fakes/memoryNetwork.js';
import { OWNER } from '../../fakes/trustKeeper.js';
import {
  crypto,
  DEVICE,
  fileAt,
  HARDWARE,
  image,
  KEY,
  manifestOf,
  offerOf,
  PRIVATE_KEY,
  wanting,
} from '../update/release.js';
import { HEAD, Restart } from '../update/updateBoard.js';

const INTERFACE = appInterface(crypto, HARDWARE);
const SLOT_BYTES = 12_288;

/** The app images that vendor and owner approve, by version. */
const apps = new Map([1, 2].map(version => [version, image(version, 5000, INTERFACE)]));

/** The release of an app. */
function releaseOf(version: number): Offer {
  const bytes = apps.get(version)!;
  return offerOf(bytes, version, {}, manifestOf(bytes, version, { hardware: INTERFACE }));
}

/** One board; `flash` survives its starts. */
export class AppLineBoard {
  flash: Flash;
  readonly offer: Offer;
  /** The word of an app image on itself. */
  healthy = true;
  /** The floor of the channel. */
  floor = 0;
  /** The version of the app that runs; 0 is the built-in one. */
  version = 0;
  ledger!: Ledger;
  #updates!: UpdateIntake;
  #line!: AppLine;
  #ended = false;
  #crash!: (error: unknown) => void;

  /** With the flash of before, or a blank one; it is offered that version. */
  constructor(version: number, flash?: Flash) {
    this.offer = releaseOf(version);
    this.flash = flash ?? new MemoryFlash({ appA: SLOT_BYTES, appB: SLOT_BYTES, slotB: SLOT_BYTES });
    if (!flash) openJournal(this.flash.open('journal')).put([[StoreKey.birth, encodeRecord([0])]]);
  }

  /** The floor of the app line that was counted. */
  get keptFloor(): number {
    return parseLine(openJournal(this.flash.open('identity')).get(AppKey.line))?.floor ?? 0;
  }

  /** The state of the app that runs. */
  get state(): Slots['running'] {
    return readSlots(this.#line.status?.slots ?? 0).running;
  }

  get progress(): Uint8Array | undefined {
    return this.ledger.read(StoreKey.appUpdate);
  }

  /** One run, from power-on until it restarts or has nothing more to do. */
  async live(): Promise<'restart' | 'idle'> {
    try {
      await this.#start();
      const crashed = new Promise<never>((_, reject) => {
        this.#crash = reject;
      });
      await Promise.race([crashed, this.#work()]);
      return 'idle';
    } catch (error) {
      if (error instanceof Restart) return 'restart';
      throw error;
    }
  }

  async #work(): Promise<void> {
    if (this.#updates.waiting) await this.#updates.retry();
    else await this.#updates.deliver(encodeOffer(this.offer));
    for (;;) {
      while (this.#updates.downloading) await new Promise(resolve => setImmediate(resolve));
      if (!this.#ended) return;
      this.#ended = false;
      await this.#updates.retry();
    }
  }

  async #start(): Promise<void> {
    const { flash } = this;
    const log = () => {};
    const running = { slot: 'A', length: 0, read: () => new Uint8Array(0), state: 'confirmed' } as const;
    const boot: Boot = {
      running: { ...running },
      setPending() {
        throw new Error('an image is set to start');
      },
      confirm() {},
      restart(reason) {
        throw new Restart(reason);
      },
    };
    const image = { version: 1, hardware: HARDWARE, sha256: sha256(HARDWARE) };
    const identity = {
      appRecords: openJournal(flash.open('identity')),
      ownership: { owner: OWNER },
      line: { channel: address(0x99), floor: 0 },
    } as unknown as Identity;
    const loader = { refusal: () => undefined, load: () => undefined };
    const ports = { flash, boot, apps: loader } as unknown as ConstructorParameters<
      typeof AppLine
    >[0]['ports'];
    const floor = this.keptFloor;
    const line = new AppLine({ crypto, identity, image, ports, log });
    this.#line = line;
    this.#judgeStart(line, floor);

    const clock = new HandClock();
    const domain = { chainId: 31337, verifyingContract: DEVICE };
    const journal = openJournal(flash.open('journal'));
    this.ledger = new Ledger({
      ...{ journal, crypto, domain, privateKey: PRIVATE_KEY },
      imageHash: image.sha256,
    });
    const { ledger } = this;
    const app: App = { name: 'test', actions: {}, healthy: () => this.healthy };
    const idleSlot = flash.open('slotB');
    await line.settle({ app, clock, crypto, idleSlot, ledger });
    const floors = new Floors({ clock, record: ledger.read(StoreKey.floors) });
    floors.proveNow(HEAD);
    const facts = wanting(this.offer, { channel: { hardware: INTERFACE, floor: this.floor } });
    const chain = {
      facts: async (tag: string) =>
        accepted({ ...facts, head: { ...HEAD, finalized: tag === 'finalized' }, trail: [] }),
    };
    const answer = (request: string) => {
      const path = / (\S+) /.exec(request)![1];
      return rangeAnswer(fileAt(path) ?? apps.get(this.offer.version)!, request);
    };
    const network = memoryNetwork({ answer, onCrash: error => this.#crash(error) });
    this.#updates = line.updates(
      {
        ...{ app, boot, chain, clock, crypto, device: DEVICE, floors, idleSlot, image, key: KEY },
        ...{ known: identity, ledger, network, servers: ['http://images'] },
        policy: { level: 1, maximumAge: 3600 },
        async onSettled() {},
        onStored() {},
        onDownloadEnded: () => {
          this.#ended = true;
        },
        onProgress() {},
      },
      () => chain,
    );
  }

  /** Throws unless the app that starts is whole, approved, and not below the floor. */
  #judgeStart(line: AppLine, floor: number): void {
    const { sha256: runs, version } = line.status ?? { sha256: new Uint8Array(32), version: 0 };
    this.version = line.runs ? version : 0;
    if (!line.runs) {
      if (floor > 0) throw new Error('the built-in app runs below the floor');
      return;
    }
    const whole = apps.get(version);
    if (!whole || !equal(runs, sha256(whole))) throw new Error('an app runs that nobody approved');
    if (version < floor) throw new Error(`app ${version} runs below the floor ${floor}`);
  }
}

/** A board that updates: real bootloader, real journal, an image server in memory, and a chain that says what it is told. */
import type { App } from '../../../firmware/app/app.js';
import { encodeRecord } from '../../../firmware/bytes/record.js';
import { accepted, type TrustCause, undetermined } from '../../../firmware/bytes/verdict.js';
import { runningImage } from '../../../firmware/device/image.js';
import { StoreKey } from '../../../firmware/ledger/keys.js';
import { Ledger } from '../../../firmware/ledger/ledger.js';
import type { Boot } from '../../../firmware/port/board.js';
import type { Flash } from '../../../firmware/port/flash.js';
import type { Network } from '../../../firmware/port/socket.js';
import { openJournal } from '../../../firmware/store/journal.js';
import { Floors } from '../../../firmware/trust/floors.js';
import type { Level, TrustedHead } from '../../../firmware/trust/level.js';
import type { UpdateFacts } from '../../../firmware/update/facts.js';
import { encodeOffer, type Offer } from '../../../firmware/update/offer.js';
import { encodeLine, type Line, parseLine } from '../../../firmware/update/progress.js';
import { type Settled, settleUpdate } from '../../../firmware/update/settle.js';
import { type UpdateSettlement, Updates } from '../../../firmware/update/updates.js';
import { bootPort, chooseStart, setActive } from '../../../host-sim/node/board/bootloader.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { word } from '../../fakes/bytes.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { memoryNetwork, rangeAnswer } from '../../fakes/memoryNetwork.js';
import { OWNER } from '../../fakes/trustKeeper.js';
import {
  CHANNEL,
  crypto,
  DEVICE,
  fileAt,
  HARDWARE,
  image,
  KEY,
  offerOf,
  PRIVATE_KEY,
  wanting,
} from './release.js';

const LINE = 9;

/** Owner and line of images, the line in the flash where the identity keeps it. */
export function knownIn(flash: Flash) {
  const record = openJournal(flash.open('identity'));
  return {
    ownership: { owner: OWNER },
    get line(): Line | undefined {
      return parseLine(record.get(LINE));
    },
    set line(line: Line) {
      record.put([[LINE, encodeLine(line)]]);
    },
  };
}

/** The running image ended itself. */
export class Restart extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

export const HEAD: TrustedHead = {
  hash: word(1),
  number: 100,
  timestamp: 1_800_000_000,
  level: 1,
  finalized: true,
  basis: 'model',
};

export class UpdateBoard {
  readonly memory: MemoryFlash;
  flash: Flash;
  clock = new HandClock();
  images = new Map([1, 2, 3].map(version => [version, image(version)]));
  offer: Offer = offerOf(this.images.get(2)!, 2);
  facts: UpdateFacts = wanting(this.offer);
  /** Instead of `facts` at the newest head. */
  newest: UpdateFacts | undefined;
  /** The level of heads. */
  level: Level = HEAD.level;
  /** The level of the newest head, if another than the final one's. */
  newestLevel: Level | undefined;
  /** Instead of `facts` at the newest head that the sync committee signed. */
  signed: UpdateFacts | undefined;
  failure: TrustCause | undefined;
  /** The bytes that the server sends; undefined: it hangs up. */
  served: Uint8Array | undefined = this.images.get(2);
  /** Requests for an image. */
  requests = 0;
  /** In place of the network in which everything comes at once. */
  network: Network | undefined;
  servers = ['http://images'];
  floorBytesPerSecond: number | undefined;
  postponeHours: number | undefined;
  /** Of the hardware. */
  revision: number | undefined;
  /** That of the last verdict. */
  evidence = '';
  /** In place of an honest answer to a request for an image. */
  answer: typeof rangeAnswer | undefined;
  policy = { level: 1 as Level, maximumAge: 3600 };
  app: App = { name: 'test', actions: {}, healthy: () => true };
  said: string[] = [];
  receipts: string[] = [];
  /** Called whenever the chain is asked. */
  onAsked: (() => void) | undefined;
  /** The chain answers when it resolves. */
  hold: Promise<void> | undefined;
  provesNow = true;
  boot!: Boot;
  ledger!: Ledger;
  updates!: Updates;
  floors!: Floors;
  settled: Settled = 'nothing';
  /** True when a download ended and no turn went on with it yet. */
  ended = false;
  /** Outcomes of stored receipts that were told again. */
  told: string[] = [];
  #crash!: (error: unknown) => void;
  #crashed!: Promise<never>;

  /** With slots of so many bytes. */
  constructor(slotBytes = 20_480) {
    this.memory = new MemoryFlash({ slotA: slotBytes, slotB: slotBytes });
    this.flash = this.memory;
    const bytes = this.images.get(1)!;
    this.memory.open('slotA').write(0, bytes);
    setActive(this.memory, 'A', bytes.length);
    openJournal(this.memory.open('journal')).put([[StoreKey.birth, encodeRecord([0])]]);
    knownIn(this.memory).line = { channel: CHANNEL, floor: 0 };
  }

  /** Failures in a row before this start. */
  failures = 0;

  /** In place of the bootloader's word on the image that it starts. */
  startsAs: Boot['running']['state'] | undefined;

  /** Version of the image that runs. */
  version = 0;

  /** Power on, up to where the board waits for offers; a restart throws. */
  async start(): Promise<void> {
    this.#crashed = new Promise((_, reject) => {
      this.#crash = reject;
    });
    this.#crashed.catch(() => {});
    const start = chooseStart(this.flash, this.failures);
    if ('reason' in start) throw new Error(`does not boot: ${start.reason}`);
    const whole = this.images.get(start.header.version);
    if (!whole || Buffer.compare(whole, start.bytes) !== 0) throw new Error('booted what nobody approved');
    this.boot = bootPort(this.flash, start, reason => {
      throw new Restart(reason);
    });
    if (this.startsAs) this.boot.running.state = this.startsAs;
    const running = runningImage(crypto, this.boot.running);
    this.version = running.version;
    const domain = { chainId: 31337, verifyingContract: DEVICE };
    const journal = openJournal(this.flash.open('journal'));
    this.ledger = new Ledger({ journal, crypto, domain, privateKey: PRIVATE_KEY, imageHash: running.sha256 });
    const idleSlot = this.flash.open(start.slot === 'A' ? 'slotB' : 'slotA');
    const known = knownIn(this.flash);
    const shared = { app: this.app, boot: this.boot, crypto, idleSlot, known, ledger: this.ledger };
    this.clock = new HandClock();
    const { receipt, settled } = await settleUpdate({
      ...shared,
      clock: this.clock,
      imageSha256: running.sha256,
    });
    this.settled = settled;
    if (receipt) this.receipts.push(receipt.receipt.outcome);
    this.floors = new Floors({ clock: this.clock, record: this.ledger.read(StoreKey.floors) });
    if (this.provesNow) this.floors.proveNow(HEAD);
    this.updates = new Updates({
      ...shared,
      chain: {
        facts: async tag => {
          this.onAsked?.();
          await this.hold;
          if (this.failure) return undetermined(this.failure, 'as told');
          const facts = { latest: this.newest, signed: this.signed, finalized: undefined }[tag] ?? this.facts;
          const level = (tag === 'latest' ? this.newestLevel : undefined) ?? this.level;
          return accepted({ ...facts, head: { ...HEAD, level, finalized: tag === 'finalized' }, trail: [] });
        },
      },
      clock: this.clock,
      onStored: ({ receipt: { outcome } }) => this.told.push(outcome),
      device: DEVICE,
      key: KEY,
      floors: this.floors,
      image: { ...running, hardware: HARDWARE },
      network:
        this.network ??
        memoryNetwork({
          answer: request => {
            const file = fileAt(/ (\S+) /.exec(request)![1]);
            if (file) return rangeAnswer(file, request);
            this.requests++;
            return this.served && (this.answer ?? rangeAnswer)(this.served, request);
          },
          onCrash: error => this.#crash(error),
        }),
      policy: this.policy,
      servers: this.servers,
      floorBytesPerSecond: this.floorBytesPerSecond,
      postponeHours: this.postponeHours,
      revision: this.revision,
      onSettled: async settlement => {
        const { verdict } = settlement;
        this.evidence = verdict.verdict === 'accepted' ? '' : verdict.evidence;
        this.said.push(short(settlement));
      },
      onDownloadEnded: () => {
        this.ended = true;
      },
      onProgress: () => {},
    });
  }

  /** The board's word on the offer; `restart` when the board went down for it. */
  async deliver(offer: Offer | Uint8Array = this.offer): Promise<string> {
    const bytes = 'channel' in offer ? encodeOffer(offer) : offer;
    return this.#saidBy(async () => void (await this.updates.deliver(bytes)));
  }

  retry(): Promise<string> {
    return this.#saidBy(() => this.updates.retry());
  }

  async #saidBy(act: () => Promise<void>): Promise<string> {
    const before = this.said.length;
    try {
      await Promise.race([act(), this.#crashed]);
      await Promise.race([this.#downloaded(), this.#crashed]);
    } catch (error) {
      if (!(error instanceof Restart)) throw error;
      this.said.push(`restart ${error.reason}`);
    }
    return this.said.slice(before).join(', ');
  }

  /** Goes on once the download has ended, as the board does. */
  async #downloaded(): Promise<void> {
    for (;;) {
      while (this.updates.downloading) await new Promise(resolve => setImmediate(resolve));
      if (!this.ended) return;
      this.ended = false;
      await this.updates.retry();
    }
  }

  get progress(): Uint8Array | undefined {
    return this.ledger.read(StoreKey.update);
  }
}

const short = ({ verdict }: UpdateSettlement): string => {
  if (verdict.verdict === 'accepted') return 'accepted';
  return verdict.verdict === 'rejected' ? `rejected ${verdict.code}` : `undetermined ${verdict.cause}`;
};

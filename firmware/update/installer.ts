/**
 * The installation of one release: prove that it is wanted, download, prove again, mark it pending. Each step is on
 * flash before the next begins, so that a power cut costs at most a piece of the download.
 */

import type { App } from '../app/app.js';
import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { accepted, rejected, type Undetermined, undetermined } from '../bytes/verdict.js';
import type { Boot } from '../port/board.js';
import type { Clock } from '../port/clock.js';
import type { Partition } from '../port/flash.js';
import type { Network } from '../port/socket.js';
import { checkImage, headerLength, parseHeader } from '../store/imageHeader.js';
import type { TrailStep } from '../trust/trail.js';
import type { UpdateCause, UpdateVerdict } from './decide.js';
import { Download } from './download.js';
import type { Offer } from './offer.js';
import { type Progress, ProgressRecord } from './progress.js';
import { RetryBudget } from './retryBudget.js';
import { hashOfFlash } from './slotWriter.js';
import { Sources } from './sources.js';
import { proveWanted, type WantedOptions } from './wanted.js';

/** The board's side of an installation. */
export interface InstallerOptions extends WantedOptions {
  app: App;
  boot: Boot;
  clock: Clock;
  /** The slot that the running image is not in. */
  idleSlot: Partition;
  network: Network;
  /** Base URLs of image servers, in the order in which they are asked. */
  servers: readonly string[];
  /** Told of each piece of a download that is in flash, in bytes. */
  onProgress(offset: number, size: number): void;
}

/** The outcome of one attempt; accepted when the image is pending and the board must restart. */
export interface Attempt {
  verdict: UpdateVerdict;
  trail: readonly TrailStep[];
}

/** Bytes between two notes of how far a download got; a power cut costs at most so many again. */
const NOTE_EVERY_BYTES = 65_536;

/** Installs one release at a time. */
export class Installer {
  readonly #options: InstallerOptions;
  readonly #record: ProgressRecord;
  readonly #retryBudget: RetryBudget;
  readonly #sources: Sources;
  #closed = false;
  /** The bytes of the slot that were noted when the power came, or written since, and the image that they are of. */
  #sure: { subject: string; offset: number } | undefined;
  /** The download that runs, if one does. */
  #download: Download | undefined;

  constructor(options: InstallerOptions) {
    this.#options = options;
    this.#record = new ProgressRecord(options.crypto, options.ledger);
    this.#retryBudget = new RetryBudget(options.clock);
    this.#sources = new Sources(options.servers);
  }

  /** Ends a download that runs; the next installation goes on with it. */
  close(): void {
    this.#closed = true;
    this.#download?.cancel();
  }

  /** One attempt at the offer with that approval hash. */
  async install(offer: Offer, hash: Uint8Array): Promise<Attempt> {
    const wanted = await proveWanted(this.#options, offer);
    const { trail } = wanted;
    if (wanted.verdict.verdict !== 'accepted') return { verdict: wanted.verdict, trail };
    const obstacle = this.#obstacle(hash);
    if (obstacle) return { verdict: obstacle, trail };

    const progress = this.#record.begin(offer, hash, wanted.verdict.value.channel.floor);
    const loaded = await this.#load(progress);
    if (loaded.verdict === 'rejected') this.#retryBudget.failed(hash);
    if (loaded.verdict !== 'accepted') return { verdict: loaded, trail };
    const image = this.#judgeHeader(offer);
    if (image.verdict !== 'accepted') return { verdict: image, trail };

    // The download took its time, so whether the release is still wanted is proven again.
    const again = await proveWanted(this.#options, offer);
    if (again.verdict.verdict !== 'accepted') return { verdict: again.verdict, trail: again.trail };
    return { verdict: this.#markPending({ ...progress, offset: offer.size }), trail: again.trail };
  }

  /** The reason why this board cannot install anything now; undefined when it can. */
  #obstacle(hash: Uint8Array): Undetermined<UpdateCause> | undefined {
    const { app, boot } = this.#options;
    if (boot.refusesUpdates !== undefined) return undetermined('unsupported', boot.refusesUpdates);
    if (app.busy?.()) return undetermined('busy', 'the app says that it cannot be interrupted now');
    const waitMs = this.#retryBudget.waitMs(hash);
    if (waitMs === 0) return undefined;
    const evidence = `the bytes of the release kept being wrong; the next attempt is in ${Math.ceil(waitMs / 1000)} s`;
    return undetermined('incomplete', evidence);
  }

  /** Fills the slot and reads it back. */
  async #load(progress: Progress): Promise<UpdateVerdict> {
    const { offer, offset } = progress;
    if (offset === offer.size && this.#readBack(offer)) return accepted(undefined);
    const loaded = await this.#fetch(progress);
    if (loaded.verdict !== 'accepted' || this.#readBack(offer)) return loaded;
    return rejected('image_hash', 'the image in flash does not hash to the proven one');
  }

  async #fetch(progress: Progress): Promise<UpdateVerdict> {
    const { clock, crypto, idleSlot, image, network, onProgress } = this.#options;
    const { offer } = progress;
    let noted = progress.offset;
    const subject = toHex(offer.imageSha256);
    if (this.#sure?.subject !== subject) this.#sure = { subject, offset: progress.offset };
    const sure = this.#sure;
    this.#download = new Download({
      clock,
      crypto,
      network,
      sources: this.#sources,
      offer,
      hardware: image.hardware,
      slot: idleSlot,
      offset: progress.offset,
      sure: sure.offset,
      onProgress: offset => {
        sure.offset = Math.max(sure.offset, offset);
        onProgress(offset, offer.size);
        if (offset !== offer.size && offset < noted + NOTE_EVERY_BYTES) return;
        noted = offset;
        this.#record.save({ ...progress, offset });
      },
    });
    if (this.#closed) this.#download.cancel();
    const loaded = await this.#download.run();
    this.#download = undefined;
    return loaded;
  }

  /** True when the slot holds exactly the proven bytes. */
  #readBack({ imageSha256, size }: Offer): boolean {
    const { crypto, idleSlot } = this.#options;
    return size <= idleSlot.size && equal(hashOfFlash(crypto, idleSlot, size), imageSha256);
  }

  /** The verdict on the image's header. The hash has proven every byte already; the bootloader checks the body's CRC. */
  #judgeHeader(offer: Offer): UpdateVerdict {
    const { idleSlot, image } = this.#options;
    if (offer.size < headerLength) return notAnImage();
    const header = parseHeader(idleSlot.read(0, headerLength));
    if (header.verdict !== 'accepted') return notAnImage();
    const { hardware, length, version } = header.value;
    if (version !== offer.version || length !== offer.size) return notAnImage();
    if (equal(hardware, image.hardware)) return accepted(undefined);
    return rejected(
      'hardware',
      `the image is for hardware ${toHex(hardware)}, this board is ${toHex(image.hardware)}`,
    );
  }

  /** Marks the downloaded image pending, unless the app is busy. */
  #markPending(progress: Progress): UpdateVerdict {
    const { app, boot, idleSlot } = this.#options;
    const { size } = progress.offer;
    if (app.busy?.()) {
      this.#record.save(progress);
      return undetermined('busy', 'the app says that it cannot be restarted now');
    }
    this.#record.save({ ...progress, tries: progress.tries + 1 });
    try {
      boot.setPending(size);
    } catch (error) {
      // Checked only when the bootloader refuses, because the checksum is slow where it is TypeScript.
      const whole = checkImage((offset, length) => idleSlot.read(offset, length), size);
      if (whole.verdict === 'rejected') return notAnImage();
      throw error;
    }
    return accepted(undefined);
  }
}

const notAnImage = (): UpdateVerdict =>
  rejected('image_hash', 'the approved bytes are not a whole image of that version and size');

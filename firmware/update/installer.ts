/**
 * The installation of one release. In one turn of the board it is proven that the release is wanted, and its download
 * begins; while that runs, others have their turns. In another turn the image is read back, proven to be wanted once
 * more, and marked pending. Each step is on flash before the next begins, so that a power cut costs at most a piece of
 * the download.
 */

import { equal } from '../bytes/equal.js';
import { rejected, type Undetermined, undetermined } from '../bytes/verdict.js';
import type { Clock } from '../port/clock.js';
import type { Network } from '../port/socket.js';
import type { Prover } from '../trust/prover.js';
import type { TrailStep } from '../trust/trail.js';
import { BROKER_SOURCE } from './brokerSource.js';
import type { UpdateCause, UpdateVerdict } from './decide.js';
import { Download } from './download.js';
import { approvalHash, type Offer } from './offer.js';
import { holdsImage, judgeHeader, markPending, type PendingOptions } from './pending.js';
import { type Progress, ProgressRecord } from './progress.js';
import { RetryBudget } from './retryBudget.js';
import { Sources } from './sources.js';
import { type VetoOptions, vetoed } from './veto.js';
import { proveWanted, type WantedOptions } from './wanted.js';

/** The board's side of an installation. */
export interface InstallerOptions extends WantedOptions, PendingOptions, VetoOptions {
  clock: Clock;
  /** `sha256` is that of the running image. */
  image: WantedOptions['image'] & { sha256: Uint8Array };
  /** The revision of the hardware, where the board was told one. */
  revision?: number;
  network: Network;
  /** Base URLs of image servers, in the order in which they are asked. */
  servers: readonly string[];
  /** The prover behind the broker, which is asked after the servers; undefined where none is known. */
  prover?: Pick<Prover, 'ask'>;
  /** Bytes a second below which a server is left and a download ends; `FLOOR_BYTES_PER_SECOND` if left out. */
  floorBytesPerSecond?: number;
  /** The journal's key of how far an update of this line is; that of images if left out. */
  progressKey?: number;
  /** Told before a download begins: no other may run beside it. */
  beforeDownload?(): void;
  /** Told when a download has ended, however: the installation goes on in the next turn. */
  onDownloadEnded(): void;
  /** Told of each piece of a download that is in flash, in bytes. */
  onProgress(offset: number, size: number): void;
}

/** The outcome of an attempt; accepted when the image is pending and the board must restart. */
export interface Attempt {
  verdict: UpdateVerdict;
  trail: readonly TrailStep[];
}

/** A download that runs, of the release with that approval hash, and the proof that it rests on. */
interface Running {
  download: Download;
  hash: Uint8Array;
  size: number;
  trail: readonly TrailStep[];
}

/** Bytes between two notes of how far a download got; a power cut costs at most so many again. */
const NOTE_EVERY_BYTES = 65_536;

/** Installs one release at a time. The caller awaits each call of `install` before the next. */
export class Installer {
  readonly #options: InstallerOptions;
  readonly #record: ProgressRecord;
  readonly #retryBudget: RetryBudget;
  readonly #sources: Sources;
  #closed = false;
  #running: Running | undefined = undefined;
  /** The last download of this boot, which may have got further than was noted in flash. */
  #reached: { hash: Uint8Array; offset: number } = { hash: new Uint8Array(0), offset: 0 };
  /** The release that the owner wanted when it was last asked for; undefined until then. */
  #approved: Uint8Array | undefined = undefined;
  /** The outcome of the last download, until a turn takes it. */
  #ended: (Attempt & { hash: Uint8Array }) | undefined = undefined;

  constructor(options: InstallerOptions) {
    this.#options = options;
    this.#record = new ProgressRecord(options.crypto, options.ledger, options.progressKey);
    this.#retryBudget = new RetryBudget(options.clock);
    const { prover, servers } = options;
    this.#sources = new Sources(prover ? [...servers, BROKER_SOURCE] : servers);
  }

  /** The download that runs: its release's approval hash, and how many of its bytes are in flash. */
  get downloading(): { hash: Uint8Array; offset: number; size: number } | undefined {
    const running = this.#running;
    return running && { hash: running.hash, offset: running.download.offset, size: running.size };
  }

  /** True for the release that the owner wanted when that was last proven. It may have changed since. */
  isApproved(hash: Uint8Array): boolean {
    return this.#approved !== undefined && equal(this.#approved, hash);
  }

  /** Ends a download that runs; what is in flash stays there, and the next installation of it goes on with that. */
  endDownload(reason: string): void {
    const running = this.#running;
    if (!running) return;
    running.download.cancel(reason);
    this.#leave(running);
  }

  /** Ends a download that runs, and begins no other. */
  close(): void {
    this.#closed = true;
    this.endDownload('the board closes');
  }

  /** One turn of the installation of the offer with that approval hash; undefined when its download runs after it. */
  async install(offer: Offer, hash: Uint8Array): Promise<Attempt | undefined> {
    const ended = this.#ended && equal(this.#ended.hash, hash) ? this.#ended : undefined;
    if (ended) this.#ended = undefined;
    if (ended && ended.verdict.verdict !== 'accepted') return this.#failed(hash, ended.verdict, ended.trail);
    const stored = this.#record.load();
    if (stored && stored.offset === stored.offer.size && this.#isOf(stored, hash)) {
      if (holdsImage(this.#options, offer)) return this.#finish(stored, hash);
      const evidence = 'the image in flash does not hash to the proven one';
      if (ended) return this.#failed(hash, rejected('image_hash', evidence), ended.trail);
    }
    const wanted = await proveWanted(this.#options, offer);
    const { trail } = wanted;
    this.#approved = wanted.approval ?? this.#approved;
    if (wanted.verdict.verdict !== 'accepted') return { verdict: wanted.verdict, trail };
    const obstacle = this.#obstacle(hash);
    if (obstacle) return { verdict: obstacle, trail };
    this.#begin(this.#record.begin(offer, hash, wanted.verdict.value.channel.floor), hash, trail);
    return undefined;
  }

  #failed(hash: Uint8Array, verdict: UpdateVerdict, trail: readonly TrailStep[]): Attempt {
    if (verdict.verdict === 'rejected' && verdict.code !== 'not_yet') this.#retryBudget.failed(hash);
    return { verdict, trail };
  }

  #isOf({ offer }: Progress, hash: Uint8Array): boolean {
    return equal(approvalHash(this.#options.crypto, offer), hash);
  }

  /** Begins the download of a release that is wanted. There is one idle slot, so the download of another one ends. */
  #begin(progress: Progress, hash: Uint8Array, trail: readonly TrailStep[]): void {
    this.endDownload('another release is approved');
    if (this.#closed) return;
    this.#options.beforeDownload?.();
    const offset = Math.max(progress.offset, this.#reachedOf(hash));
    const running = {
      download: this.#download({ ...progress, offset }),
      hash,
      size: progress.offer.size,
      trail,
    };
    this.#running = running;
    void running.download.run().then(verdict => {
      if (this.#running !== running) return;
      this.#leave(running);
      this.#ended = { hash, trail, verdict };
      this.#options.onDownloadEnded();
    });
  }

  /** Nothing of a download is kept but how far it came, since its buffers are most of an update's memory. */
  #leave({ download, hash }: Running): void {
    this.#running = undefined;
    this.#reached = { hash, offset: Math.max(this.#reachedOf(hash), download.offset) };
  }

  #reachedOf(hash: Uint8Array): number {
    return equal(this.#reached.hash, hash) ? this.#reached.offset : 0;
  }

  #download(progress: Progress): Download {
    const { boot, image, onProgress } = this.#options;
    const { offer } = progress;
    let noted = progress.offset;
    return new Download({
      ...this.#options,
      sources: this.#sources,
      offer,
      hardware: image.hardware,
      version: image.version,
      base: boot.running,
      baseSha256: image.sha256,
      slot: this.#options.idleSlot,
      offset: progress.offset,
      onProgress: offset => {
        onProgress(offset, offer.size);
        if (offset !== offer.size && offset < noted + NOTE_EVERY_BYTES) return;
        noted = offset;
        this.#record.save({ ...progress, offset });
      },
    });
  }

  /** Marks the image pending that the slot holds. The download took its time, so it is proven again to be wanted. */
  async #finish(progress: Progress, hash: Uint8Array): Promise<Attempt> {
    const { offer } = progress;
    const image = judgeHeader(this.#options, offer);
    if (image.verdict !== 'accepted') return { verdict: image, trail: [] };
    const { trail, verdict } = await proveWanted(this.#options, offer);
    if (verdict.verdict !== 'accepted') return { verdict, trail };
    const obstacle = this.#obstacle(hash);
    if (obstacle) return { verdict: obstacle, trail };
    const { floor } = verdict.value.channel;
    return { verdict: markPending(this.#options, this.#record, { ...progress, floor }), trail };
  }

  /** The reason why this board cannot install anything now; undefined when it can. */
  #obstacle(hash: Uint8Array): Undetermined<UpdateCause> | undefined {
    const { boot, floors, policy } = this.#options;
    if (boot.refusesUpdates !== undefined) return undetermined('unsupported', boot.refusesUpdates);
    // The clock is proven by now: a release is wanted only after that.
    const veto = vetoed(this.#options, hash, floors.now(policy.level));
    if (veto) return veto;
    const waitMs = this.#retryBudget.waitMs(hash);
    if (waitMs === 0) return undefined;
    const evidence = `the bytes of the release kept being wrong; the next attempt is in ${Math.ceil(waitMs / 1000)} s`;
    return undetermined('incomplete', evidence);
  }
}

/**
 * Updates up to the restart: offers come in, one at a time is installed, and what came of it is announced. A download
 * has no turn of the board's: when it ended, `retry` goes on. What comes after the restart is in `settle.ts`.
 */

import { equal } from '../bytes/equal.js';
import { rejected, undetermined } from '../bytes/verdict.js';
import type { PublishedReceipt } from '../ledger/receiptWire.js';
import type { TrailStep } from '../trust/trail.js';
import type { UpdateVerdict } from './decide.js';
import { Installer, type InstallerOptions } from './installer.js';
import { approvalHash, type Offer, parseOffer } from './offer.js';
import { failedVersion } from './pending.js';
import { ProgressRecord } from './progress.js';
import { forgetVeto } from './veto.js';

/** The verdict on an offer. */
export interface UpdateSettlement {
  /** 32 bytes: the approval hash of the release, or keccak256 of bytes that are not an offer. */
  hash: Uint8Array;
  /** The offered version; 0 for bytes that are not an offer. */
  version: number;
  verdict: UpdateVerdict;
  trail: readonly TrailStep[];
  /** The stored receipt of an offer that was settled before. */
  receipt?: PublishedReceipt;
}

/** The board's side of updates, and those who are told. */
export interface UpdatesOptions extends InstallerOptions {
  /** The running image; `sha256` and `hardware` are 32 bytes. */
  image: { version: number; sha256: Uint8Array; hardware: Uint8Array };
  /** Awaited before the board restarts, so that its announcement gets out. */
  onSettled(settlement: UpdateSettlement): Promise<void>;
  /** Told of a stored receipt that may not have reached anybody. */
  onStored(receipt: PublishedReceipt): void;
}

/** Updates as those see them who deliver offers and give turns. */
export type UpdateIntake = Pick<
  Updates,
  'close' | 'downloading' | 'waiting' | 'isBusy' | 'isApproved' | 'endDownload' | 'deliver' | 'retry'
>;

/**
 * All updates of one line of a board, up to the restart. One call at a time: the caller awaits each before the next.
 *
 * @example
 * const updates = new Updates({ app, boot, chain, ledger, idleSlot, servers, ... });
 * await updates.deliver(payload);
 */
export class Updates {
  readonly #options: UpdatesOptions;
  readonly #installer: Installer;
  readonly #record: ProgressRecord;
  /** The offer that could not be decided yet. */
  #open: Offer | undefined = undefined;
  /** True when whoever offered it was not told yet what became of it. */
  #owesAnswer = false;
  /** The cause that was told last, if it was one. */
  #cause: string | undefined = undefined;
  /** Read once: a download may lie over it later. */
  readonly #failed: number;
  /** True once the receipt of the running image was told in this boot. */
  #told = false;

  constructor(options: UpdatesOptions) {
    this.#options = options;
    this.#failed = failedVersion(options);
    this.#installer = new Installer(options);
    this.#record = new ProgressRecord(options.crypto, options.ledger, options.progressKey);
    this.#open = this.#record.load()?.offer;
  }

  /** Ends a download that runs; whoever opens the store next goes on with it. */
  close(): void {
    this.#installer.close();
  }

  /** True while a download runs. */
  get downloading(): boolean {
    return this.#installer.downloading !== undefined;
  }

  /** True while an offer waits to be decided, and no download has to end first. */
  get waiting(): boolean {
    return this.#open !== undefined && !this.downloading;
  }

  /** True while an offer is decided or its image comes in. */
  get isBusy(): boolean {
    return this.#open !== undefined;
  }

  /** True for an offer of the release that the owner wanted when the chain was last asked about any: no stranger's junk. */
  isApproved(offer: Offer): boolean {
    return this.#installer.isApproved(approvalHash(this.#options.crypto, offer));
  }

  /** Ends a download that runs: what it rests on has changed. What is in flash stays there. */
  endDownload(reason: string): void {
    this.#installer.endDownload(reason);
  }

  /**
   * Takes untrusted bytes from any path, `OFFER_BYTES_MAX` at most. Never throws for what the bytes contain. The verdict
   * if the chain was asked for it and a download does not come first.
   */
  deliver(bytes: Uint8Array): Promise<UpdateVerdict | undefined> {
    // Not an async function: its frames would lie on the stack beside those of what it calls.
    const parsed = parseOffer(bytes);
    const { crypto, image, onSettled } = this.#options;
    if (parsed.verdict === 'rejected') {
      void onSettled({ hash: crypto.keccak256(bytes), version: 0, verdict: parsed, trail: [] });
    } else {
      const offer = parsed.value;
      // The broker repeats the offer of the running image at each connection.
      if (offer.version !== image.version || !equal(offer.imageSha256, image.sha256))
        return this.#consider(offer, true);
      this.#tellAgain(offer);
    }
    return Promise.resolve(undefined);
  }

  /** Looks again at the offer that could not be decided or was downloaded; announces only what was not said before. */
  async retry(): Promise<void> {
    if (this.#open && !this.downloading) await this.#consider(this.#open, this.#owesAnswer);
  }

  /** Tells the running image's receipt once in a boot: the power may have failed after it was stored and before it was sent. */
  #tellAgain(offer: Offer): void {
    if (this.#told) return;
    this.#told = true;
    const { crypto, ledger, onStored } = this.#options;
    const stored = ledger.receiptFor(approvalHash(crypto, offer));
    if (stored) onStored(stored);
  }

  async #consider(offer: Offer, announceUndecided: boolean): Promise<UpdateVerdict | undefined> {
    const { boot, crypto, ledger, onSettled } = this.#options;
    const { version } = offer;
    const hash = approvalHash(crypto, offer);
    const stored = ledger.receiptFor(hash);
    if (stored) {
      const { counter, outcome } = stored.receipt;
      const verdict = rejected(
        'replayed' as const,
        `the release has receipt ${counter}, which says ${outcome}`,
      );
      void onSettled({ hash, version, verdict, trail: [], receipt: stored });
      return undefined;
    }
    if (version === this.#failed) {
      const verdict = rejected('replayed' as const, 'it ran here, and failed again and again');
      void onSettled({ hash, version, verdict, trail: [] });
      return undefined;
    }
    if (announceUndecided && this.#isDownloading(hash)) {
      const { offset, size } = this.#installer.downloading!;
      const verdict = undetermined('incomplete' as const, `${offset} of ${size} bytes are downloaded`);
      void onSettled({ hash, version, verdict, trail: [] });
      return undefined;
    }
    const attempt = await this.#installer.install(offer, hash);
    if (!attempt) {
      this.#open = offer;
      this.#owesAnswer ||= announceUndecided;
      return undefined;
    }
    const { trail, verdict } = attempt;
    const undecided = verdict.verdict === 'undetermined';
    if (verdict.verdict === 'rejected') {
      this.#record.forget(hash);
      forgetVeto(this.#options, hash);
    }
    // An offer that comes to nothing must not make the board forget the one that it was about.
    if (!this.#open || equal(approvalHash(crypto, this.#open), hash)) {
      this.#open = undecided ? offer : this.#record.load()?.offer;
      this.#owesAnswer = false;
    }
    const isNews =
      verdict.verdict === 'undetermined' && verdict.cause !== this.#cause && isDecided(verdict.cause);
    const isTold = !undecided || announceUndecided || isNews;
    if (isTold) this.#cause = undecided ? verdict.cause : undefined;
    const told = isTold ? onSettled({ hash, version, verdict, trail }) : undefined;
    if (verdict.verdict !== 'accepted') return verdict;
    await told;
    boot.restart('update');
    return verdict;
  }

  #isDownloading(hash: Uint8Array): boolean {
    const running = this.#installer.downloading;
    return running !== undefined && equal(running.hash, hash);
  }
}

/** True for a cause that a board decided, of which its operator hears at once; the others are trouble with the chain. */
const isDecided = (cause: string): boolean => cause === 'busy' || cause === 'cohort' || cause === 'paused';

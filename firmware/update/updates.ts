/**
 * Updates up to the restart: discover, decide, download, prove again, pending. Every step is on flash before the
 * next begins. What comes after the restart is in `settle.ts`.
 */

import type { App } from '../app/app.js';
import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { accepted, rejected, undetermined, type Verdict } from '../bytes/verdict.js';
import { StoreKey } from '../ledger/keys.js';
import type { Ledger } from '../ledger/ledger.js';
import type { PublishedReceipt } from '../ledger/receiptWire.js';
import type { Boot } from '../port/board.js';
import type { Clock } from '../port/clock.js';
import type { Crypto } from '../port/crypto.js';
import type { Partition } from '../port/flash.js';
import type { Network } from '../port/socket.js';
import type { HttpExchange } from '../rpc/exchange.js';
import { checkImage, headerLength, parseHeader } from '../store/imageHeader.js';
import type { PurposePolicy } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import type { TrailStep } from '../trust/trail.js';
import { decideUpdate, type Installed, type UpdateCause, type UpdateCode } from './decide.js';
import { download } from './download.js';
import { approvalHash, type Offer, parseOffer } from './offer.js';
import { encodeProgress, type Progress, parseLine, parseProgress } from './progress.js';
import { RetryBudget } from './retryBudget.js';
import type { ProvenUpdateFacts, UpdateChain } from './updateChainReader.js';

export type UpdateVerdict = Verdict<undefined, UpdateCode | 'replayed', UpdateCause>;

export interface UpdateSettlement {
  /** The approval hash of the release. */
  hash: Uint8Array;
  version: number;
  verdict: UpdateVerdict;
  trail: readonly TrailStep[];
  receipt?: PublishedReceipt;
}

export interface UpdatesOptions {
  app: App;
  boot: Boot;
  chain: UpdateChain;
  clock: Clock;
  crypto: Crypto;
  /** Addresses of the board's Device and of its key. */
  device: Uint8Array;
  key: Uint8Array;
  floors: Floors;
  /** The running image. */
  image: { version: number; sha256: Uint8Array; hardware: Uint8Array };
  idleSlot: Partition;
  ledger: Ledger;
  network: Network;
  policy: PurposePolicy;
  servers: readonly string[];
  /** Awaited before the board restarts, so that its last words get out. */
  onSettled(settlement: UpdateSettlement): Promise<void>;
  onProgress(offset: number, size: number): void;
  /** Told of a stored receipt that may not have reached anybody. */
  onStored(receipt: PublishedReceipt): void;
}

/** Bytes between two notes of how far a download got: a restart costs at most so many again. */
const NOTE_EVERY_BYTES = 65_536;

export class Updates {
  readonly #options: UpdatesOptions;
  /** An offer that could not be decided yet. */
  #open: Offer | undefined;
  readonly #retryBudget: RetryBudget;
  #request: HttpExchange | undefined;
  #closed = false;
  #told = false;

  constructor(options: UpdatesOptions) {
    this.#options = options;
    this.#retryBudget = new RetryBudget(options.clock);
    const resumed = parseProgress(options.ledger.read(StoreKey.update));
    if (resumed) this.#open = resumed.offer;
  }

  /** Ends a download that runs; it is gone on with by whoever opens the store next. */
  close(): void {
    this.#closed = true;
    this.#request?.cancel();
  }

  get waiting(): boolean {
    return this.#open !== undefined;
  }

  /** Untrusted bytes from any path; an offer names nothing but what to prove. */
  async deliver(bytes: Uint8Array): Promise<void> {
    const parsed = parseOffer(bytes);
    if (parsed.verdict === 'rejected') {
      const hash = this.#options.crypto.keccak256(bytes);
      void this.#options.onSettled({ hash, version: 0, verdict: parsed, trail: [] });
      return;
    }
    const { image } = this.#options;
    const offer = parsed.value;
    // The broker repeats the offer of what runs already: no news.
    if (offer.version === image.version && equal(offer.imageSha256, image.sha256)) this.#tellAgain(offer);
    else await this.#consider(offer, true);
  }

  /** The receipt of what runs, once in a boot: power may have failed after it was stored and before it was sent. */
  #tellAgain(offer: Offer): void {
    if (this.#told) return;
    this.#told = true;
    const { crypto, ledger, onStored } = this.#options;
    const stored = ledger.receiptFor(approvalHash(crypto, offer));
    if (stored) onStored(stored);
  }

  /** Looks again at what could not be decided, and speaks only of what changed. */
  async retry(): Promise<void> {
    if (this.#open) await this.#consider(this.#open, false);
  }

  async #consider(offer: Offer, speak: boolean): Promise<void> {
    const { crypto, ledger, onSettled } = this.#options;
    const hash = approvalHash(crypto, offer);
    const stored = ledger.receiptFor(hash);
    if (stored) {
      const verdict = rejected(
        'replayed' as const,
        `receipt ${stored.receipt.counter} says ${stored.receipt.outcome}`,
      );
      void onSettled({ hash, version: offer.version, verdict, trail: [], receipt: stored });
      return;
    }
    const { trail, verdict } = await this.#install(offer, hash);
    if (verdict.verdict === 'rejected') this.#forget(hash);
    // Whoever offers something worthless meanwhile must not make the board forget what it was about.
    if (!this.#open || equal(approvalHash(crypto, this.#open), hash)) {
      const undecided = verdict.verdict === 'undetermined';
      this.#open = undecided ? offer : parseProgress(ledger.read(StoreKey.update))?.offer;
    }
    const silent = verdict.verdict === 'undetermined' && !speak;
    const told = silent ? undefined : onSettled({ hash, version: offer.version, verdict, trail });
    if (verdict.verdict !== 'accepted') return;
    await told;
    this.#options.boot.restart('update');
  }

  async #install(
    offer: Offer,
    hash: Uint8Array,
  ): Promise<{ verdict: UpdateVerdict; trail: readonly TrailStep[] }> {
    const { app, boot, idleSlot } = this.#options;
    const { hardware } = this.#options.image;
    const decided = await this.#decide(offer);
    const { trail } = decided;
    if (decided.verdict.verdict !== 'accepted') return { verdict: decided.verdict, trail };
    if (boot.refusesUpdates !== undefined) {
      return { verdict: undetermined('unsupported', boot.refusesUpdates), trail };
    }
    if (app.busy?.()) return { verdict: undetermined('busy', 'the app cannot be interrupted now'), trail };

    const wait = this.#retryBudget.wait(hash);
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1000);
      return {
        verdict: undetermined('incomplete', `its bytes kept being wrong; again in ${seconds} s`),
        trail,
      };
    }
    const progress = this.#progress(offer, hash, decided.facts!);
    const loaded = await this.#load(progress);
    if (loaded.verdict === 'rejected') this.#retryBudget.failed(hash);
    if (loaded.verdict !== 'accepted') return { verdict: loaded, trail };
    // The hash has proven every byte; the body's checksum is for the bootloader, which is asked at the end.
    const header = offer.size < headerLength ? undefined : parseHeader(idleSlot.read(0, headerLength));
    if (
      header?.verdict !== 'accepted' ||
      header.value.version !== offer.version ||
      header.value.length !== offer.size
    ) {
      return { verdict: noImage(), trail };
    }
    if (!equal(header.value.hardware, hardware)) {
      return {
        verdict: rejected('hardware', `the image is for hardware ${toHex(header.value.hardware)}`),
        trail,
      };
    }

    // The download took its time: is it still wanted?
    const again = await this.#decide(offer);
    if (again.verdict.verdict !== 'accepted') return { verdict: again.verdict, trail: again.trail };
    if (app.busy?.()) {
      this.#note({ ...progress, offset: offer.size });
      return { verdict: undetermined('busy', 'the app cannot be restarted now'), trail: again.trail };
    }
    this.#note({ ...progress, offset: offer.size, tries: progress.tries + 1 });
    try {
      boot.setPending(offer.size);
    } catch (error) {
      // Slow where the checksum is TypeScript, and only needed when the bootloader refuses.
      const whole = checkImage((offset, length) => idleSlot.read(offset, length), offer.size);
      if (whole.verdict === 'rejected') return { verdict: noImage(), trail: again.trail };
      throw error;
    }
    return { verdict: accepted(undefined), trail: again.trail };
  }

  async #decide(
    offer: Offer,
  ): Promise<{ verdict: UpdateVerdict; trail: readonly TrailStep[]; facts?: ProvenUpdateFacts }> {
    const { chain, crypto, device, floors, image, key, ledger, policy } = this.#options;
    const facts = await chain.facts('finalized', offer.version);
    if (facts.verdict === 'undetermined') return { verdict: facts, trail: [] };
    const newest = await chain.facts('latest', offer.version);
    if (newest.verdict === 'undetermined') return { verdict: newest, trail: [] };
    const { trail } = facts.value;
    const fresh = floors.admit(facts.value.head, policy);
    if (fresh.verdict === 'undetermined') return { verdict: fresh, trail };
    const recent = floors.admitNewest(newest.value.head, policy.maximumAge);
    if (recent.verdict === 'undetermined') return { verdict: recent, trail };
    const line = parseLine(ledger.read(StoreKey.channel));
    const installed: Installed = {
      version: image.version,
      hardware: image.hardware,
      channel: line?.channel,
      floor: line?.floor ?? 0,
      device,
      key,
    };
    const verdict = decideUpdate(crypto, offer, facts.value, newest.value, installed);
    if (verdict.verdict === 'accepted' && !floors.nowProven(policy.level)) {
      const cause = 'now is not proven since the restart: a direct command must carry the challenge first';
      return { verdict: undetermined('not_now', cause), trail };
    }
    return { verdict, trail, facts: facts.value };
  }

  /** What is left of an earlier attempt at the same release, or a new beginning. */
  #progress(offer: Offer, hash: Uint8Array, facts: ProvenUpdateFacts): Progress {
    const { crypto, ledger } = this.#options;
    const stored = parseProgress(ledger.read(StoreKey.update));
    const { floor } = facts.channel;
    if (stored && equal(approvalHash(crypto, stored.offer), hash)) return { ...stored, floor };
    const progress = { offer, offset: 0, tries: 0, floor };
    this.#note(progress);
    return progress;
  }

  async #load(progress: Progress): Promise<UpdateVerdict> {
    const { clock, crypto, idleSlot, network, onProgress, servers } = this.#options;
    const { offer } = progress;
    let noted = progress.offset;
    const loaded = await download({
      clock,
      crypto,
      network,
      servers,
      offer,
      slot: idleSlot,
      offset: progress.offset,
      onRequest: exchange => {
        this.#request = exchange;
        if (this.#closed) exchange.cancel();
      },
      onProgress: offset => {
        onProgress(offset, offer.size);
        if (offset > 0 && offset < noted + NOTE_EVERY_BYTES) return;
        noted = offset;
        this.#note({ ...progress, offset });
      },
    });
    return loaded;
  }

  #note(progress: Progress): void {
    this.#options.ledger.commit({ records: [[StoreKey.update, encodeProgress(progress)]] });
  }

  /** What is not wanted any more is forgotten: the store is as if it had never been begun. */
  #forget(hash: Uint8Array): void {
    const { crypto, ledger } = this.#options;
    const stored = parseProgress(ledger.read(StoreKey.update));
    if (!stored || !equal(approvalHash(crypto, stored.offer), hash)) return;
    ledger.commit({ records: [[StoreKey.update, undefined]] });
  }
}

function noImage(): UpdateVerdict {
  return rejected('image_hash', 'the approved bytes are no whole image of that version and size');
}

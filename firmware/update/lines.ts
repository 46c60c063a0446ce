/**
 * The two lines of releases of a board that takes apps apart from its image. One of them works at a time: an image's
 * download ends an app's, and an app waits for an image's.
 */

import { equal } from '../bytes/equal.js';
import { undetermined } from '../bytes/verdict.js';
import type { Crypto } from '../port/crypto.js';
import type { UpdateVerdict } from './decide.js';
import { approvalHash, type Offer, parseOffer } from './offer.js';
import type { UpdateIntake, UpdateSettlement } from './updates.js';

/** Both lines, and what tells them apart. */
export interface UpdateLinesOptions {
  images: UpdateIntake;
  apps: UpdateIntake;
  crypto: Crypto;
  /** 20 bytes: the channel that the board's images come from; undefined while none is known. */
  imageChannel(): Uint8Array | undefined;
  onSettled(settlement: UpdateSettlement): Promise<void>;
}

/** Both lines as one, to whoever delivers offers and gives turns. */
export class UpdateLines implements UpdateIntake {
  readonly #options: UpdateLinesOptions;

  constructor(options: UpdateLinesOptions) {
    this.#options = options;
  }

  get downloading(): boolean {
    const { apps, images } = this.#options;
    return images.downloading || apps.downloading;
  }

  get waiting(): boolean {
    const { apps, images } = this.#options;
    return images.waiting || (apps.waiting && !images.downloading);
  }

  get isBusy(): boolean {
    const { apps, images } = this.#options;
    return images.isBusy || apps.isBusy;
  }

  close(): void {
    for (const line of this.#both()) line.close();
  }

  isApproved(offer: Offer): boolean {
    return this.#lineOf(offer).isApproved(offer);
  }

  endDownload(reason: string): void {
    for (const line of this.#both()) line.endDownload(reason);
  }

  async deliver(bytes: Uint8Array): Promise<UpdateVerdict | undefined> {
    // The calls that read the broker's connection are on the stack still, and a chip's has no room for an answer on top.
    await undefined;
    const { apps, crypto, images, onSettled } = this.#options;
    const parsed = parseOffer(bytes);
    // Bytes that are not an offer are answered by the line of images.
    if (parsed.verdict === 'rejected' || this.#lineOf(parsed.value) === images) return images.deliver(bytes);
    if (!images.downloading) return apps.deliver(bytes);
    const verdict = undetermined('incomplete' as const, 'an image is downloaded first: offer the app again');
    const [hash, { version }] = [approvalHash(crypto, parsed.value), parsed.value];
    void onSettled({ hash, version, verdict, trail: [] });
    return undefined;
  }

  async retry(): Promise<void> {
    const { apps, images } = this.#options;
    await images.retry();
    if (!images.downloading) await apps.retry();
  }

  #both(): UpdateIntake[] {
    return [this.#options.images, this.#options.apps];
  }

  /** The line of images has the board's channel, and all before it knows one. */
  #lineOf({ channel }: Offer): UpdateIntake {
    const { apps, imageChannel, images } = this.#options;
    const known = imageChannel();
    return !known || equal(known, channel) ? images : apps;
  }
}

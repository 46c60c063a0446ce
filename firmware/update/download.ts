/**
 * The download of an image from any of several servers into the idle slot, resumed where it stopped. The servers are
 * not believed: the manifest is the one whose hash is proven, the list of sectors leads to the root in the manifest,
 * and a sector is written only when it is on that list.
 */

import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { accepted, rejected, undetermined, type Verdict } from '../bytes/verdict.js';
import type { Clock } from '../port/clock.js';
import type { Crypto } from '../port/crypto.js';
import type { Partition } from '../port/flash.js';
import type { Network } from '../port/socket.js';
import type { Prover } from '../trust/prover.js';
import { BROKER_SOURCE, BrokerSource } from './brokerSource.js';
import type { Base } from './delta.js';
import { deltaFrom } from './deltaList.js';
import { fetchDelta } from './deltaSource.js';
import { type BadManifest, fittingManifest, type ManifestWanted } from './fittingManifest.js';
import { MANIFEST_BYTES_MAX, type Manifest, manifestHash } from './manifest.js';
import { approvalHash } from './offer.js';
import { SectorList } from './sectorList.js';
import { HASH_BYTES, sectorCount } from './sectorTree.js';
import { SlotWriter } from './slotWriter.js';
import {
  FLOOR_BYTES_PER_SECOND,
  type ImageSource,
  incomplete,
  Source,
  type SourceFailure,
  wrong,
} from './source.js';
import type { Sources } from './sources.js';

/** The verdict on a download; accepted when every sector of the image is in the slot. */
export type DownloadVerdict = Verdict<
  undefined,
  'image_hash' | 'image_size' | BadManifest['code'],
  'incomplete'
>;

/** The servers, the offered image and the slot that it goes into. */
export interface DownloadOptions extends ManifestWanted {
  clock: Clock;
  crypto: Crypto;
  network: Network;
  sources: Sources;
  /** The prover behind the broker, where the sources name it. */
  prover?: Pick<Prover, 'ask'>;
  /** The idle slot. */
  slot: Partition;
  /** The image that runs, and its SHA-256 (32 bytes): a delta may begin with it. None is asked for if left out. */
  base?: Base;
  baseSha256?: Uint8Array;
  /** Bytes of the image that the slot holds for sure: noted before the power came, or written since. */
  offset: number;
  /** Bytes a second below which a server is left and the whole download ends; `FLOOR_BYTES_PER_SECOND` if left out. */
  floorBytesPerSecond?: number;
  /** Told of every sector that is safe in flash, in bytes from the image's beginning. */
  onProgress(offset: number): void;
}

/** Milliseconds of a download that do not count: for connecting, and for servers that give nothing. */
const GRACE_MS = 60_000;

/** The greatest answer that is read although it is not what was asked for, such as a page that says why there is none. */
const OTHER_ANSWER_BYTES_MAX = 65_536;

const nameOf = (hash: Uint8Array): string => toHex(hash).slice(2);

/** One download. What one server gave is kept for the next. */
export class Download {
  readonly #options: DownloadOptions;
  readonly #writer: SlotWriter;
  readonly #floorBytesPerSecond: number;
  #manifest: Manifest | undefined = undefined;
  #list: SectorList | undefined = undefined;
  #server = '';
  #source: ImageSource | undefined = undefined;
  /** The reason why it was ended. */
  #cancelled: string | undefined = undefined;

  constructor(options: DownloadOptions) {
    const { offer, offset: sure, onProgress, slot, sources } = options;
    this.#options = options;
    this.#floorBytesPerSecond = options.floorBytesPerSecond ?? FLOOR_BYTES_PER_SECOND;
    sources.begin(approvalHash(options.crypto, offer), sectorCount(offer.size));
    this.#writer = new SlotWriter({
      slot,
      size: offer.size,
      sure,
      belongs: (index, sector) => this.#list!.holds(index, sector),
      onSector: (offset, written) => {
        if (written) sources.wrote(this.#server);
        onProgress(offset);
      },
    });
  }

  /**
   * Asks the servers one after the other. When none gives the image: `image_hash` or `image_size` if at least one gave
   * wrong bytes, `malformed`, `hardware` or `not_yet` when the vendor's manifest does not fit, else `incomplete`.
   */
  async run(): Promise<DownloadVerdict> {
    const { offer, slot } = this.#options;
    if (offer.size > slot.size)
      return rejected('image_size', `the image has ${offer.size} bytes, the slot has room for ${slot.size}`);
    const stopDeadline = this.#endInTime();
    const result = await this.#fromAny();
    stopDeadline();
    return result;
  }

  async #fromAny(): Promise<DownloadVerdict> {
    const { sources } = this.#options;
    let worst: SourceFailure = undetermined('incomplete', 'no image server is configured');
    for (const server of sources.order) {
      if (this.#cancelled) break;
      const failure = await this.#from(server);
      if (!failure) return accepted(undefined);
      if (this.#cancelled) break;
      if (isBadManifest(failure)) return failure;
      sources.askLast(server);
      if (failure.verdict === 'rejected' || worst.verdict === 'undetermined') worst = failure;
    }
    return this.#cancelled ? undetermined('incomplete', this.#cancelled) : worst;
  }

  /** The number of bytes of the image that are safe in flash. */
  get offset(): number {
    return this.#writer.offset;
  }

  /** Ends the download for the reason; what is in flash stays there, and nothing is written any more. */
  cancel(reason: string): void {
    this.#cancelled ??= reason;
    this.#source?.cancel();
  }

  #endInTime(): () => void {
    const { clock, offer } = this.#options;
    const milliseconds = GRACE_MS + Math.ceil((offer.size * 1000) / this.#floorBytesPerSecond);
    return clock.after(milliseconds, () =>
      this.cancel(`the download took ${Math.round(milliseconds / 1000)} s; it goes on where it stopped`),
    );
  }

  async #from(server: string): Promise<SourceFailure | BadManifest | undefined> {
    this.#server = server;
    const source = this.#open(server);
    this.#source = source;
    try {
      if (!this.#manifest) {
        const failure = await this.#fetchManifest(source);
        if (failure) return failure;
      }
      if (!this.#list) {
        const failure = await this.#fetchList(source, this.#manifest!);
        if (failure) return failure;
      }
      await this.#fetchDelta(source);
      return await this.#fetchImage(source);
    } finally {
      source.close();
    }
  }

  #open(server: string): ImageSource {
    const { clock, network, prover } = this.#options;
    const floorBytesPerSecond = this.#floorBytesPerSecond;
    return prover && server === BROKER_SOURCE
      ? new BrokerSource({ clock, floorBytesPerSecond, prover })
      : new Source({ clock, floorBytesPerSecond, network, server });
  }

  async #fetchManifest(source: ImageSource): Promise<SourceFailure | BadManifest | undefined> {
    const { crypto, offer } = this.#options;
    const head = new Uint8Array(MANIFEST_BYTES_MAX);
    let length = 0;
    const failure = await source.fetch({
      path: `/manifests/${nameOf(offer.manifestHash)}`,
      from: 0,
      bytesMax: OTHER_ANSWER_BYTES_MAX,
      onBody: piece => {
        if (length + piece.length > MANIFEST_BYTES_MAX)
          return this.#wrong('image_hash', 'gives a manifest that is too long');
        head.set(piece, length);
        length += piece.length;
        return undefined;
      },
    });
    if (failure) return failure;
    const bytes = head.slice(0, length);
    if (!equal(manifestHash(crypto, bytes), offer.manifestHash))
      return this.#wrong('image_hash', 'gives another manifest');
    const parsed = fittingManifest(bytes, this.#options);
    if (parsed.verdict === 'rejected') return parsed;
    this.#manifest = parsed.value;
    return undefined;
  }

  async #fetchList(source: ImageSource, { sectorRoot, size }: Manifest): Promise<SourceFailure | undefined> {
    const count = sectorCount(size);
    const list = new SectorList(this.#options.crypto, count);
    const failure = await source.fetch({
      path: `/sectors/${nameOf(sectorRoot)}`,
      from: 0,
      bytesMax: Math.max(count * HASH_BYTES, OTHER_ANSWER_BYTES_MAX),
      onBody: piece => {
        list.push(piece);
        return undefined;
      },
    });
    if (failure) return failure;
    if (!list.root || !equal(list.root, sectorRoot))
      return this.#wrong('image_hash', 'gives sectors of another root');
    this.#list = list;
    this.#writer.resume(this.#options.offset);
    return undefined;
  }

  /** Writes what a delta makes of the running image, where it is less than what is missing; the rest comes whole. */
  async #fetchDelta(source: ImageSource): Promise<void> {
    const { base, baseSha256, clock, offer } = this.#options;
    if (!base || !baseSha256) return;
    const delta = deltaFrom(this.#manifest!.fields, baseSha256);
    const { size } = offer;
    if (!delta || delta.length >= size - this.#writer.offset) return;
    this.#writer.begin(0);
    await fetchDelta({
      ...{ base, clock, size, source, length: delta.length },
      path: `/deltas/${nameOf(delta.sha256)}`,
      write: piece => this.#write(piece),
    });
  }

  /** Takes the next bytes of the image. The failure of who sent them; `enough` at its end. */
  #write(piece: Uint8Array): SourceFailure | 'enough' | undefined {
    const { offer, sources } = this.#options;
    const writer = this.#writer;
    if (this.#cancelled) return 'enough';
    if (!sources.mayWrite(this.#server)) return this.#incomplete('made the board write more than the image');
    try {
      if (!writer.write(piece)) return this.#wrong('image_hash', `gives another sector at ${writer.offset}`);
    } catch (error) {
      // A fault of the board would end in its restart, and in the same sector again.
      return this.#incomplete(`gives a sector that the flash does not take: ${error}`);
    }
    return writer.offset === offer.size ? 'enough' : undefined;
  }

  #incomplete(why: string): SourceFailure {
    return incomplete(this.#server, why);
  }

  #wrong(code: 'image_hash' | 'image_size', why: string): SourceFailure {
    return wrong(this.#server, code, why);
  }

  async #fetchImage(source: ImageSource): Promise<SourceFailure | undefined> {
    const { offer } = this.#options;
    const { size } = offer;
    const writer = this.#writer;
    const from = writer.offset;
    if (from === size) return undefined;
    const announced = (length: number | undefined) =>
      length === undefined || length === size
        ? undefined
        : this.#wrong('image_size', `has ${length} bytes, proven are ${size}`);
    let received = 0;
    let whole = false;
    const failure = await source.fetch({
      path: `/images/${nameOf(offer.imageSha256)}`,
      from,
      bytesMax: Math.max(size, OTHER_ANSWER_BYTES_MAX),
      onHead: ({ contentLength, contentRange, status }) => {
        // A server that does not know ranges sends the whole image.
        whole = status === 200;
        writer.begin(whole ? 0 : from);
        return announced(whole ? contentLength : contentRange?.length);
      },
      onBody: piece => {
        received += piece.length;
        return this.#write(piece);
      },
    });
    if (failure) return failure;
    if (writer.offset === size) return undefined;
    return (whole && announced(received)) || this.#incomplete('ends before the image does');
  }
}

const isBadManifest = (failure: SourceFailure | BadManifest): failure is BadManifest =>
  failure.verdict === 'rejected' && failure.code !== 'image_hash' && failure.code !== 'image_size';

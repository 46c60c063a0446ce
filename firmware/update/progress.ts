/** The update line in flash: the update under way, and the channel and floor that the running image brought. */

import { equal } from '../bytes/equal.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import { StoreKey } from '../ledger/keys.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Crypto } from '../port/crypto.js';
import { approvalHash, fromField, type Offer, readFrom } from './offer.js';

/** The update under way. */
export interface Progress {
  offer: Offer;
  /** Bytes of the image that the idle slot holds. */
  offset: number;
  /** The number of times that the image was marked pending. */
  tries: number;
  /** The channel's security floor as proven with the offer. */
  floor: number;
}

const PROGRESS_BYTES_MAX = 256;
const LINE_BYTES_MAX = 64;

/** The update under way as a record. */
export const encodeProgress = ({ floor, offer, offset, tries }: Progress): Uint8Array =>
  encodeRecord([
    offer.channel,
    offer.version,
    offer.imageSha256,
    offer.size,
    offer.manifestHash,
    offset,
    tries,
    floor,
    ...fromField(offer.from),
  ]);

/** Reads what `encodeProgress` gave; undefined for no bytes and for any others. */
export function parseProgress(bytes: Uint8Array | undefined): Progress | undefined {
  if (!bytes) return undefined;
  const reader = new RecordReader(bytes, PROGRESS_BYTES_MAX);
  const offer = {
    channel: reader.fixed(20),
    version: reader.number(),
    imageSha256: reader.fixed(32),
    size: reader.number(),
    manifestHash: reader.fixed(32),
  };
  const progress = { offer, offset: reader.number(), tries: reader.number(), floor: reader.number() };
  Object.assign(offer, readFrom(reader));
  return reader.end() ? progress : undefined;
}

/** The line of images, or of apps, that a board follows. */
export interface Line {
  /** 20 bytes: the address of the ReleaseChannel that images come from. */
  channel: Uint8Array;
  /** The least version that may run again. */
  floor: number;
}

/** The line of images as a record. */
export const encodeLine = ({ channel, floor }: Line): Uint8Array => encodeRecord([channel, floor]);

/** Reads what `encodeLine` gave; undefined for no bytes and for any others. */
export function parseLine(bytes: Uint8Array | undefined): Line | undefined {
  if (!bytes) return undefined;
  const reader = new RecordReader(bytes, LINE_BYTES_MAX);
  const line = { channel: reader.fixed(20), floor: reader.number() };
  return reader.end() ? line : undefined;
}

/** The update under way, as the ledger keeps it. */
export class ProgressRecord {
  readonly #crypto: Crypto;
  readonly #ledger: Ledger;
  readonly #key: number;

  /** `key` is that of the line's record in the journal. */
  constructor(crypto: Crypto, ledger: Ledger, key: number = StoreKey.update) {
    this.#crypto = crypto;
    this.#ledger = ledger;
    this.#key = key;
  }

  /** Undefined when no update is under way. */
  load(): Progress | undefined {
    return parseProgress(this.#ledger.read(this.#key));
  }

  save(progress: Progress): void {
    this.#ledger.commit({ records: [[this.#key, encodeProgress(progress)]] });
  }

  /** The progress of the offer with that approval hash: as stored with the newly proven floor, or a new beginning. */
  begin(offer: Offer, hash: Uint8Array, floor: number): Progress {
    const stored = this.#of(hash);
    if (stored) return { ...stored, floor };
    const progress = { offer, offset: 0, tries: 0, floor };
    this.save(progress);
    return progress;
  }

  /** Forgets the update of that approval hash: the store is then as if it had never begun. */
  forget(hash: Uint8Array): void {
    if (this.#of(hash)) this.#ledger.commit({ records: [[this.#key, undefined]] });
  }

  #of(hash: Uint8Array): Progress | undefined {
    const stored = this.load();
    return stored && equal(approvalHash(this.#crypto, stored.offer), hash) ? stored : undefined;
  }
}

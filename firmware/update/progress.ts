/** The update under way, as the journal keeps it, and the channel and floor that the running image brought. */

import { encodeRecord, RecordReader } from '../bytes/record.js';
import type { Offer } from './offer.js';

export interface Progress {
  offer: Offer;
  /** Bytes of the image in the idle slot. */
  offset: number;
  /** How often the image was marked pending. */
  tries: number;
  /** The channel's security floor as proven with the offer. */
  floor: number;
}

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
  ]);

export function parseProgress(bytes: Uint8Array | undefined): Progress | undefined {
  if (!bytes) return undefined;
  const reader = new RecordReader(bytes, 256);
  const offer = {
    channel: reader.fixed(20),
    version: reader.number(),
    imageSha256: reader.fixed(32),
    size: reader.number(),
    manifestHash: reader.fixed(32),
  };
  const progress = { offer, offset: reader.number(), tries: reader.number(), floor: reader.number() };
  return reader.end() ? progress : undefined;
}

/** Where images come from, and below which version none may run again. */
export interface Line {
  channel: Uint8Array;
  floor: number;
}

export const encodeLine = ({ channel, floor }: Line): Uint8Array => encodeRecord([channel, floor]);

export function parseLine(bytes: Uint8Array | undefined): Line | undefined {
  if (!bytes) return undefined;
  const reader = new RecordReader(bytes, 64);
  const line = { channel: reader.fixed(20), floor: reader.number() };
  return reader.end() ? line : undefined;
}

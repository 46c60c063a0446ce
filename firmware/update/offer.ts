/** An offer: somebody says that a release is to be had. It is only a hint of what to prove; it carries no place to fetch from. */

import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { encodeStatic } from '../contract/abi.js';
import type { Crypto } from '../port/crypto.js';

export const OFFER_BYTES_MAX = 256;

export interface Offer {
  /** Address of the ReleaseChannel. */
  channel: Uint8Array;
  version: number;
  /** SHA-256 of the whole image, header included. */
  imageSha256: Uint8Array;
  /** Bytes of the whole image. */
  size: number;
  manifestHash: Uint8Array;
}

export const encodeOffer = (offer: Offer): Uint8Array =>
  encodeRecord([offer.channel, offer.version, offer.imageSha256, offer.size, offer.manifestHash]);

export function parseOffer(bytes: Uint8Array): Verdict<Offer, 'malformed', never> {
  const reader = new RecordReader(bytes, OFFER_BYTES_MAX);
  const offer = {
    channel: reader.fixed(20),
    version: reader.number(0xffffffff),
    imageSha256: reader.fixed(32),
    size: reader.number(0xffffffff),
    manifestHash: reader.fixed(32),
  };
  return reader.end() ? accepted(offer) : rejected('malformed', `${bytes.length} bytes that are no offer`);
}

/** What the channel's record of the version holds if it was published like this. */
export const releaseRecord = (crypto: Crypto, offer: Offer): Uint8Array =>
  crypto.keccak256(encodeStatic(offer.imageSha256, offer.size, offer.manifestHash));

/** What the Device holds if its owner wants exactly this image. Names the update in receipts. */
export const approvalHash = (crypto: Crypto, offer: Offer): Uint8Array =>
  crypto.keccak256(encodeStatic(offer.channel, offer.version, offer.imageSha256));

/** In which per mille of the boards this one is for this version: 0 to 999, the same for all who compute it. */
export function cohort(crypto: Crypto, channel: Uint8Array, device: Uint8Array, version: number): number {
  const hash = crypto.keccak256(encodeStatic(channel, device, version));
  let remainder = 0;
  for (let i = 0; i < 32; i++) remainder = (remainder * 256 + hash[i]) % 1000;
  return remainder;
}

/** An offer: somebody says that there is a release. It only hints at what to prove, and names no place to fetch from. */

import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { encodeStatic } from '../contract/abi.js';
import type { Crypto } from '../port/crypto.js';

/** The greatest size of an offer on any path. */
export const OFFER_BYTES_MAX = 256;
const UINT32_MAX = 0xffffffff;

/** An offered release, as it travels; nothing in it is believed. */
export interface Offer {
  /** 20 bytes: the address of the ReleaseChannel. */
  channel: Uint8Array;
  version: number;
  /** 32 bytes: SHA-256 of the whole image, header included. */
  imageSha256: Uint8Array;
  /** Bytes of the whole image. */
  size: number;
  /** 32 bytes. */
  manifestHash: Uint8Array;
  /** The version that runs on the boards that the owner approved it for, also as an older one; a newer one wants none. */
  from?: number;
}

/** An offer as a record, `OFFER_BYTES_MAX` at most. */
export const encodeOffer = ({ channel, from, imageSha256, manifestHash, size, version }: Offer): Uint8Array =>
  encodeRecord([channel, version, imageSha256, size, manifestHash, ...fromField(from)]);

/** The last field of a record: the version that is gone back from, where there is one. */
export const fromField = (from: number | undefined): number[] => (from === undefined ? [] : [from]);

/**
 * Reads untrusted bytes of at most `OFFER_BYTES_MAX`. Never throws; bytes of any other shape are `malformed`.
 *
 * @example
 * const parsed = parseOffer(payload);
 * if (parsed.verdict === 'accepted') consider(parsed.value);
 */
export function parseOffer(bytes: Uint8Array): Verdict<Offer, 'malformed', never> {
  const reader = new RecordReader(bytes, OFFER_BYTES_MAX);
  const offer = {
    channel: reader.fixed(20),
    version: reader.number(UINT32_MAX),
    imageSha256: reader.fixed(32),
    size: reader.number(UINT32_MAX),
    manifestHash: reader.fixed(32),
    ...readFrom(reader),
  };
  return reader.end() ? accepted(offer) : rejected('malformed', `the ${bytes.length} bytes are not an offer`);
}

/** Reads what `fromField` gave. */
export const readFrom = (reader: RecordReader): Pick<Offer, 'from'> =>
  reader.more ? { from: reader.number(UINT32_MAX) } : {};

/** The channel's record (32 bytes) of a version that was published as offered; ReleaseChannel.sol computes the same. */
export const releaseRecord = (crypto: Crypto, offer: Offer): Uint8Array =>
  crypto.keccak256(encodeStatic(offer.imageSha256, offer.size, offer.manifestHash));

/** The Device's approval (32 bytes) when its owner wants exactly the offered image. It names the update in receipts. */
export const approvalHash = (crypto: Crypto, offer: Offer): Uint8Array =>
  crypto.keccak256(encodeStatic(offer.channel, offer.version, approvedImage(crypto, offer)));

/** The image (32 bytes) as the owner approves it: its SHA-256, or that bound to the version that it takes the place of. */
export const approvedImage = (
  crypto: Pick<Crypto, 'keccak256'>,
  { from, imageSha256 }: Pick<Offer, 'from' | 'imageSha256'>,
): Uint8Array => (from === undefined ? imageSha256 : crypto.keccak256(encodeStatic(from, imageSha256)));

/** The board's place in the rollout of a version, 0 to 999: a hash that everybody can compute. Addresses are 20 bytes. */
export function cohort(crypto: Crypto, channel: Uint8Array, device: Uint8Array, version: number): number {
  const hash = crypto.keccak256(encodeStatic(channel, device, version));
  let remainder = 0;
  for (let i = 0; i < 32; i++) remainder = (remainder * 256 + hash[i]) % 1000;
  return remainder;
}

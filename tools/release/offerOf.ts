/** A published release as boards name it: the bytes of which its record, its approval and its receipts are made. */
import type { Hex } from '../../contracts/client/index.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import { approvalHash, type Offer } from '../../firmware/update/offer.js';

/** A release as the channel's event tells it. */
export interface ToldRelease {
  version: number;
  imageSha256: Hex;
  /** Bytes. */
  size: number;
  manifestHash: Hex;
}

/** The offer of it. */
export const offerOf = (channel: Hex, { imageSha256, manifestHash, size, version }: ToldRelease): Offer => ({
  channel: fromHex(channel, 20)!,
  version,
  imageSha256: fromHex(imageSha256, 32)!,
  size,
  manifestHash: fromHex(manifestHash, 32)!,
});

/** The approval of a release, as a Device and the receipts about its update hold it: 0x and 64 hex digits. */
export const approvalOf = (crypto: Crypto, channel: Hex, release: ToldRelease): string =>
  toHex(approvalHash(crypto, offerOf(channel, release)));

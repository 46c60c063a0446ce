/** A published release as boards name it: the bytes of which its record, its approval and its receipts are made. */
import type { Hex } from '../../contracts/client/index.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import { approvalHash, approvedImage, type Offer } from '../../firmware/update/offer.js';

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

/** The image as an owner approves it for boards that run `from`: with it an older version may take the place of that one. */
export const imageInPlaceOf = (crypto: Crypto, imageSha256: Hex, from: number): Hex =>
  toHex(approvedImage(crypto, { from, imageSha256: fromHex(imageSha256, 32)! })) as Hex;

/** The offer as a Device's approval has it: where that is for the version that runs there, the offer says so. */
export function approvedOffer(crypto: Crypto, offer: Offer, approval: string, running: number): Offer {
  const inPlace = { ...offer, from: running };
  return toHex(approvalHash(crypto, inPlace)) === approval ? inPlace : offer;
}

/** All approvals that name a release: as a newer one, and in the place of each other of those versions. */
export function approvalsOf(
  crypto: Crypto,
  channel: Hex,
  release: ToldRelease,
  versions: readonly number[],
): string[] {
  const offer = offerOf(channel, release);
  const others = versions.filter(version => version !== release.version);
  const offers = [offer, ...others.map(from => ({ ...offer, from }))];
  return offers.map(each => toHex(approvalHash(crypto, each)));
}

/** The releases by all approvals that name them: of each as a newer one, and in the place of each other. */
export function releasesByApproval<R extends ToldRelease>(
  crypto: Crypto,
  channel: Hex,
  releases: readonly R[],
): Map<string, R> {
  const versions = releases.map(({ version }) => version);
  return new Map(
    releases.flatMap(release =>
      approvalsOf(crypto, channel, release, versions).map(approval => [approval, release] as const),
    ),
  );
}

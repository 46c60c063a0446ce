/** Releases of a simulated vendor: the image of the world's boards under another version, whole, sick or for others. */
import { createHash } from 'node:crypto';
import { encodeImage, headerLength } from '../../firmware/store/imageHeader.js';
import { approvalHash, type Offer } from '../../firmware/update/offer.js';
import { partitionTable } from '../../host-sim/node/flash/table.js';
import { makeManifest } from '../../host-sim/node/manifest.js';
import { hardwareId } from '../demo/images.js';
import { crypto } from '../operator/boardMail.js';

/** An image as its vendor has it. */
export interface Release {
  offer: Offer;
  image: Uint8Array;
  /** Bytes of its manifest's head. */
  manifest: Uint8Array;
  /** As long, as whole, and named by nobody: what a liar serves in its place. */
  other: Uint8Array;
  /** SHA-256, 64 hex digits; the same with 0x; the approval hash, 32 bytes. */
  sha256: string;
  approval: Uint8Array;
}

export interface ReleaseOptions {
  /** The image that boards begin with. */
  first: Uint8Array;
  /** 20 bytes. */
  channel: Uint8Array;
  version: number;
  /** It throws as soon as it starts. */
  isSick?: boolean;
  /** It is made for other hardware. */
  isForeign?: boolean;
  /** Its vendor says that it is longer than any slot. */
  isLarge?: boolean;
}

const OTHER_HARDWARE = new Uint8Array(32).fill(7);

/** The same options give the same bytes. */
export function makeRelease({
  channel,
  first,
  isForeign,
  isLarge,
  isSick,
  version,
}: ReleaseOptions): Release {
  const hardware = isForeign ? OTHER_HARDWARE : hardwareId;
  const text = (mark: string) =>
    Buffer.from(`\n${isSick ? "throw new Error('a sick release');" : ''}// ${mark} ${version}\n`);
  const body = (mark: string) => Buffer.concat([first.subarray(headerLength), text(mark)]);
  const image = encodeImage(version, hardware, body('release'));
  const manifest = makeManifest(image, version, hardware, JSON.stringify({ version }));
  const digest = createHash('sha256').update(image).digest();
  const offer = {
    ...{
      channel,
      version,
      imageSha256: new Uint8Array(digest),
      size: isLarge ? partitionTable.slotB.size + 1 : image.length,
    },
    manifestHash: manifest.hash,
  };
  return {
    ...{ offer, image, manifest: manifest.head, sha256: digest.toString('hex') },
    other: encodeImage(version, hardware, body('another')),
    approval: approvalHash(crypto, offer),
  };
}

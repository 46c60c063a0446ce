/**
 * The face of the app that a board runs: its signed status names the image, the channel's record of that image names the
 * manifest, this its document, and this the face. Each is checked by its hash, so that it does not matter where it
 * comes from. What was built and flashed here, and never published, is found among the files kept here.
 */
import type { Contracts, Hex } from '../../contracts/client/index.js';
import { toHex } from '../../firmware/bytes/hex.js';
import type { Face } from '../../host-sim/image/describe.js';
import { DOCUMENT_BYTES_MAX, keptFace } from './imageFiles.js';
import { fetchedByHash, publishedDocument } from './publishedDocument.js';

export interface FaceSource {
  contracts: Contracts;
  /** The board's channel on chain. */
  channel: Hex;
  /** By the board's signed status. */
  imageHash: Uint8Array;
  /** An image server, if one is known. */
  images: string | undefined;
  /** The project's `.holdfast`. */
  home: string;
}

/** The face; undefined where the image has none, or nobody has its documents. Never throws. */
export async function knownFace(source: FaceSource): Promise<Face | undefined> {
  const imageSha256 = toHex(source.imageHash);
  try {
    const bytes = keptFace(source.home, imageSha256) ?? (await publishedFace(source, imageSha256));
    return bytes && parseFace(bytes);
  } catch {
    return undefined;
  }
}

async function publishedFace(
  { channel, contracts, images }: FaceSource,
  imageSha256: string,
): Promise<Uint8Array | undefined> {
  if (images === undefined) return undefined;
  const releases = await contracts.channel.releases(channel);
  const release = releases.find(each => each.imageSha256 === imageSha256);
  const document = release && (await publishedDocument(images, release));
  const face = document?.face;
  return typeof face === 'string' ? fetchedByHash(images, 'documents', face, DOCUMENT_BYTES_MAX) : undefined;
}

function parseFace(bytes: Uint8Array): Face | undefined {
  const face = JSON.parse(Buffer.from(bytes).toString()) as Partial<Face> | null;
  const whole =
    face?.format === 1 &&
    typeof face.app === 'string' &&
    typeof face.actions === 'object' &&
    face.actions !== null;
  return whole ? (face as Face) : undefined;
}

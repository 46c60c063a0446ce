/**
 * The face of the app that a board runs: its signed status names the image, the channel's record of that image names the
 * manifest, this its document, and this the face. Each is checked by its hash, so that it does not matter where it
 * comes from. What was built and flashed here, and never published, is found among the files kept here.
 */
import type { Contracts, DeviceFacts, Hex } from '../../contracts/client/index.js';
import { toHex } from '../../firmware/bytes/hex.js';
import type { Status } from '../../firmware/device/status.js';
import type { Face } from '../../host-sim/image/describe.js';
import { DOCUMENT_BYTES_MAX, keepFace, keptFace } from './imageFiles.js';
import { fetchedByHash, parsedDocument, publishedBytes } from './publishedDocument.js';

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

/** The image whose app runs, by the board's signed status: an app image has a channel of its own. */
export const runningApp = (
  { appChannel, channel }: Pick<DeviceFacts, 'appChannel' | 'channel'>,
  { app, imageHash }: Pick<Status, 'app' | 'imageHash'>,
): Pick<FaceSource, 'channel' | 'imageHash'> =>
  app && app.version > 0 ? { channel: appChannel, imageHash: app.sha256 } : { channel, imageHash };

/**
 * The face; undefined where the image has none, or nobody has its documents. Never throws. It is kept, as the one that was
 * seen last: the next look needs no server, and shells complete its orders.
 */
export async function knownFace(source: FaceSource): Promise<Face | undefined> {
  const imageSha256 = toHex(source.imageHash);
  try {
    const bytes = keptFace(source.home, imageSha256, true) ?? (await publishedFace(source, imageSha256));
    return bytes && parseFace(bytes);
  } catch {
    return undefined;
  }
}

async function publishedFace(
  { channel, contracts, home, images }: FaceSource,
  imageSha256: string,
): Promise<Uint8Array | undefined> {
  if (images === undefined) return undefined;
  const releases = await contracts.channel.releases(channel);
  const release = releases.find(each => each.imageSha256 === imageSha256);
  const document = release && (await publishedBytes(images, release));
  const hash = document && parsedDocument(document)?.face;
  if (!document || typeof hash !== 'string') return undefined;
  const face = await fetchedByHash(images, 'documents', hash, DOCUMENT_BYTES_MAX);
  try {
    if (face) keepFace(home, imageSha256, document, face);
  } catch {
    // A face that cannot be written down is fetched again.
  }
  return face;
}

/** The face that the bytes are; undefined where they are something else. @throws SyntaxError when they are no JSON */
export function parseFace(bytes: Uint8Array): Face | undefined {
  const face = JSON.parse(Buffer.from(bytes).toString()) as Partial<Face> | null;
  const whole =
    face?.format === 1 &&
    typeof face.app === 'string' &&
    typeof face.actions === 'object' &&
    face.actions !== null;
  return whole ? (face as Face) : undefined;
}

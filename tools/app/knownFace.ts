/**
 * The face of the app that a board runs: its signed status names the image, the channel's record of that image names the
 * manifest, this its document, and this the face. Each is checked by its hash, so that it does not matter where it
 * comes from. What was built and flashed here, and never published, is found among the files kept here.
 */
import type { Contracts, Hex } from '../../contracts/client/index.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { MANIFEST_BYTES_MAX, parseManifest } from '../../firmware/update/manifest.js';
import type { Face } from '../../host-sim/image/describe.js';
import { DOCUMENT_BYTES_MAX, keptFace, sha256Of } from './imageFiles.js';

const TIMEOUT_MS = 5000;

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
  const head = release && (await fetched(images, 'manifests', release.manifestHash, MANIFEST_BYTES_MAX));
  const manifest = head && parseManifest(head);
  if (manifest?.verdict !== 'accepted' || toHex(manifest.value.imageSha256) !== imageSha256) return undefined;
  const document = await fetched(
    images,
    'documents',
    toHex(manifest.value.documentSha256),
    DOCUMENT_BYTES_MAX,
  );
  if (!document) return undefined;
  const { face } = JSON.parse(Buffer.from(document).toString()) as { face?: unknown };
  return typeof face === 'string' ? fetched(images, 'documents', face, DOCUMENT_BYTES_MAX) : undefined;
}

/** The file under its hash, checked; undefined when the server has it not, or another. */
async function fetched(
  server: string,
  folder: string,
  hash: string,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  if (!/^0x[0-9a-f]{64}$/.test(hash)) return undefined;
  const response = await fetch(`${server.replace(/\/$/, '')}/${folder}/${hash.slice(2)}`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'error',
  });
  if (!response.ok || !response.body) return undefined;
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > bytesMax) return undefined;
    parts.push(part);
  }
  const bytes = Buffer.concat(parts);
  return sha256Of(bytes) === hash ? bytes : undefined;
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

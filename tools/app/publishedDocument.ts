/** The document of a published image, and what it leads to: fetched from any server, believed by its hash alone. */
import { toHex } from '../../firmware/bytes/hex.js';
import { MANIFEST_BYTES_MAX, parseManifest } from '../../firmware/update/manifest.js';
import { DOCUMENT_BYTES_MAX, sha256Of } from './imageFiles.js';

const TIMEOUT_MS = 5000;

/** A release's record on chain, as far as its document hangs on it. */
export interface Recorded {
  /** 0x and 64 hex digits. */
  imageSha256: string;
  manifestHash: string;
}

/** Members of a document (host-sim/node/manifest.ts) that tools read; each is checked by whoever uses it. */
export interface SomeDocument {
  face?: unknown;
  name?: unknown;
  source?: unknown;
  compilers?: unknown;
  sbom?: unknown;
  provenance?: unknown;
  hardwareName?: unknown;
}

/**
 * The document that the release names by its manifest; undefined when the server has it not, or another.
 *
 * @param images the URL of an image server
 * @throws Error of the network
 */
export async function publishedDocument(
  images: string,
  release: Recorded,
): Promise<SomeDocument | undefined> {
  const bytes = await publishedBytes(images, release);
  return bytes && parsedDocument(bytes);
}

/** The bytes of that document. @throws Error of the network */
export async function publishedBytes(
  images: string,
  { imageSha256, manifestHash }: Recorded,
): Promise<Uint8Array | undefined> {
  const head = await fetchedByHash(images, 'manifests', manifestHash, MANIFEST_BYTES_MAX);
  const manifest = head && parseManifest(head);
  if (manifest?.verdict !== 'accepted' || toHex(manifest.value.imageSha256) !== imageSha256) return undefined;
  const hash = toHex(manifest.value.documentSha256);
  return fetchedByHash(images, 'documents', hash, DOCUMENT_BYTES_MAX);
}

/** The document; undefined where it is no object. @throws SyntaxError when it is no JSON */
export function parsedDocument(bytes: Uint8Array): SomeDocument | undefined {
  const document: unknown = JSON.parse(Buffer.from(bytes).toString());
  return typeof document === 'object' && document !== null ? document : undefined;
}

/** The file under its hash, checked; undefined when the server has it not, or another. @throws Error of the network */
export async function fetchedByHash(
  server: string,
  folder: 'manifests' | 'documents',
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

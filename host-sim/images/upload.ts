/** Uploads by hash: a file is taken only under the name that its bytes have, and never longer than its kind may be. */

import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { IMAGE_BYTES_MAX } from '../../firmware/store/imageHeader.js';
import { MANIFEST_BYTES_MAX } from '../../firmware/update/manifest.js';
import { boundedBody } from '../node/network/boundedBody.js';

/** Bytes of a document for people and tools. */
const DOCUMENT_BYTES_MAX = 65_536;

/** The folders of files that are named by the SHA-256 of their bytes, each with the most that a file may have. */
const folders: Readonly<Record<string, number>> = {
  images: IMAGE_BYTES_MAX,
  manifests: MANIFEST_BYTES_MAX,
  documents: DOCUMENT_BYTES_MAX,
  deltas: IMAGE_BYTES_MAX,
};

/** An uploaded file, or the status of the refusal. */
export type Upload = { folder: string; bytes: Uint8Array } | 400 | 404 | 413;

/** Reads the body of `PUT /folder/sha256`. Of what is too long no more is read than may be. */
export async function readUpload(request: IncomingMessage): Promise<Upload> {
  const [, folder = '', name = ''] = /^\/([a-z]{1,16})\/([0-9a-f]{64})$/.exec(request.url ?? '') ?? [];
  if (!Object.hasOwn(folders, folder)) return 404;
  const bytesMax = folders[folder];
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return 413;
  const bytes = await boundedBody(request, bytesMax);
  if (!bytes) return 413;
  return createHash('sha256').update(bytes).digest('hex') === name ? { folder, bytes } : 400;
}

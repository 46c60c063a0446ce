/** The documents of an image, as image build writes them beside its manifest: each is found again by the hash that names it. */
import { toHex } from '../../firmware/bytes/hex.js';
import { parseManifest } from '../../firmware/update/manifest.js';
import type { BuiltImage } from '../../host-sim/image/build.js';
import { DOCUMENT_BYTES_MAX, sha256Of } from '../app/imageFiles.js';
import { parsedDocument } from '../app/publishedDocument.js';
import { readBoundedFile } from '../cli/boundedFile.js';
import type { ReleaseFiles } from './served.js';

/** Members of a document that name another one, and the ending of its file. */
const NAMED_DOCUMENTS = ['face', 'sbom', 'provenance'] as const;

export type NamedDocument = (typeof NAMED_DOCUMENTS)[number];

/** The documents of an image that its own document names, each with its name. */
export const documentsOf = (image: BuiltImage): (readonly [NamedDocument, string])[] =>
  NAMED_DOCUMENTS.flatMap(name => {
    const text = image[name];
    return text === undefined ? [] : [[name, text] as const];
  });

const ending = '.manifest';

/** The path of a document below an image server's base URL. */
export const documentPath = (bytes: Uint8Array): string => `documents/${sha256Of(bytes).slice(2)}`;

/**
 * The document that the manifest names, and those that the document names, where they lie beside it (FILE.json,
 * FILE.face.json, FILE.sbom.json, FILE.provenance.json). A file with another hash is left out, as one that is not there.
 *
 * @param path of the manifest, FILE.manifest
 * @param head its bytes
 */
export function documentsBeside(path: string, head: Uint8Array): ReleaseFiles {
  const files = new Map<string, Uint8Array>();
  const manifest = parseManifest(head);
  if (!path.endsWith(ending) || manifest.verdict !== 'accepted') return files;
  const base = path.slice(0, -ending.length);
  const document = named(`${base}.json`, toHex(manifest.value.documentSha256));
  if (!document) return files;
  files.set(documentPath(document), document);
  const members = parsedDocument(document) ?? {};
  for (const name of NAMED_DOCUMENTS) {
    const bytes = named(`${base}.${name}.json`, members[name]);
    if (bytes) files.set(documentPath(bytes), bytes);
  }
  return files;
}

function named(file: string, hash: unknown): Uint8Array | undefined {
  try {
    const bytes = readBoundedFile(file, DOCUMENT_BYTES_MAX);
    return sha256Of(bytes) === hash ? bytes : undefined;
  } catch {
    return undefined;
  }
}

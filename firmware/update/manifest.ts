/**
 * The manifest of a release, whose hash the version's proven record holds. It has two parts: a short head of fixed
 * format, which boards read, and a long document (JSON), which people and tools read and which the head names by its
 * hash. `manifestHash` is the SHA-256 of the head.
 *
 *  offset  length
 *       0       4  magic "HFMF"
 *       4       1  version of this format: 1
 *       5       3  zero
 *       8       4  version of the image, 1 or more
 *      12       4  size of the whole image in bytes
 *      16      32  SHA-256 of the whole image
 *      48      32  root of the Merkle tree over its sectors (sectorTree.ts)
 *      80      32  hardware id
 *     112      32  SHA-256 of the document
 *     144       …  up to MANIFEST_BYTES_MAX in all: fields by tag (manifestFields.ts); unknown ones are passed over
 *
 * Numbers are unsigned and big-endian. What a board does not know is bound by the hash all the same.
 */

import { readNumber, writeNumber } from '../bytes/bigEndian.js';
import { concat } from '../bytes/concat.js';
import { equal } from '../bytes/equal.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { encodeFields, type ManifestField, parseFields } from './manifestFields.js';
import type { TreeCrypto } from './sectorTree.js';

/** The greatest length of a manifest's head. */
export const MANIFEST_BYTES_MAX = 1024;

/** The head of a manifest. */
export interface Manifest {
  /** Of the image. */
  version: number;
  /** Bytes of the whole image. */
  size: number;
  /** 32 bytes: SHA-256 of the whole image, header included. */
  imageSha256: Uint8Array;
  /** 32 bytes: the root of the Merkle tree over the image's sectors. */
  sectorRoot: Uint8Array;
  /** 32 bytes: the hardware id that the image is for. */
  hardware: Uint8Array;
  /** 32 bytes: SHA-256 of the document. */
  documentSha256: Uint8Array;
  /** Known and unknown ones, with ascending tags. */
  fields: readonly ManifestField[];
}

const MAGIC = [0x48, 0x46, 0x4d, 0x46];
const FORMAT = 1;
const FIXED_BYTES = 144;

/** The head as bytes. Hashes have 32 bytes each, the numbers 32 bits. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  const bytes = new Uint8Array(FIXED_BYTES);
  bytes.set(MAGIC, 0);
  bytes[4] = FORMAT;
  writeNumber(bytes, 8, 4, manifest.version);
  writeNumber(bytes, 12, 4, manifest.size);
  bytes.set(manifest.imageSha256, 16);
  bytes.set(manifest.sectorRoot, 48);
  bytes.set(manifest.hardware, 80);
  bytes.set(manifest.documentSha256, 112);
  return concat(bytes, encodeFields(manifest.fields));
}

/** Reads untrusted bytes. Never throws; bytes of any other shape, and formats of later, are `malformed`. */
export function parseManifest(bytes: Uint8Array): Verdict<Manifest, 'malformed', never> {
  const known =
    bytes.length >= FIXED_BYTES &&
    bytes.length <= MANIFEST_BYTES_MAX &&
    equal(bytes.slice(0, 8), Uint8Array.of(...MAGIC, FORMAT, 0, 0, 0));
  const version = known ? readNumber(bytes, 8, 4)! : 0;
  const size = known ? readNumber(bytes, 12, 4)! : 0;
  const fields = known ? parseFields(bytes, FIXED_BYTES) : undefined;
  if (version === 0 || size === 0 || !fields)
    return rejected('malformed', `the ${bytes.length} bytes are not a manifest of format ${FORMAT}`);
  return accepted({
    version,
    size,
    imageSha256: bytes.slice(16, 48),
    sectorRoot: bytes.slice(48, 80),
    hardware: bytes.slice(80, 112),
    documentSha256: bytes.slice(112, 144),
    fields,
  });
}

/** The hash (32 bytes) by which a release's record names its manifest. */
export function manifestHash(crypto: TreeCrypto, head: Uint8Array): Uint8Array {
  const hash = crypto.sha256();
  hash.update(head);
  return hash.digest();
}

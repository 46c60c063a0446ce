/**
 * The deltas to an image that its manifest names, in one field: of each the SHA-256 of the image that it begins with,
 * its own SHA-256, by which servers have it, and its length in four bytes, big-endian.
 */

import { numberToBytes, readNumber } from '../bytes/bigEndian.js';
import { concat } from '../bytes/concat.js';
import { equal } from '../bytes/equal.js';
import { DELTAS_TAG, type ManifestField } from './manifestFields.js';

/** A delta that makes the image out of another one (delta.ts). */
export interface Delta {
  /** 32 bytes: SHA-256 of the image that it begins with. */
  baseSha256: Uint8Array;
  /** 32 bytes: SHA-256 of the delta. */
  sha256: Uint8Array;
  /** Bytes of it. */
  length: number;
}

const DELTA_BYTES = 68;

/** The field that names these deltas. */
export const deltasField = (deltas: readonly Delta[]): ManifestField => ({
  tag: DELTAS_TAG,
  value: concat(
    ...deltas.flatMap(({ baseSha256, length, sha256 }) => [baseSha256, sha256, numberToBytes(length, 4)]),
  ),
});

/** The delta that begins with that image (32 bytes: its SHA-256); undefined where the fields name none. */
export function deltaFrom(fields: readonly ManifestField[], baseSha256: Uint8Array): Delta | undefined {
  const value = fields.find(({ tag }) => tag === DELTAS_TAG)?.value;
  for (let at = 0; value && at + DELTA_BYTES <= value.length; at += DELTA_BYTES)
    if (equal(value.slice(at, at + 32), baseSha256))
      return { baseSha256, sha256: value.slice(at + 32, at + 64), length: readNumber(value, at + 64, 4)! };
  return undefined;
}

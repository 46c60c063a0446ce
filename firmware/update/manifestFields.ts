/**
 * Fields behind the fixed part of a manifest's head, so that later releases can say more to a board:
 *
 *  1  tag       greater than the tag before it
 *  2  length    of the value, big-endian
 *  …  value
 *
 * A board passes over the tags that it does not know. Bytes of another shape are refused, or a field that restrains
 * could hide behind one that is cut off.
 */

import { numberToBytes, readNumber } from '../bytes/bigEndian.js';
import { concat } from '../bytes/concat.js';

/** One field. */
export interface ManifestField {
  /** 0 to 255; ascending within a manifest. */
  tag: number;
  value: Uint8Array;
}

/** The tag of the deltas to an image; deltaList.ts has their form. */
export const DELTAS_TAG = 32;

/** The fields that stand in the bytes from the offset on, in their order; undefined unless they fill the bytes exactly. */
export function parseFields(bytes: Uint8Array, offset: number): ManifestField[] | undefined {
  const fields: ManifestField[] = [];
  let last = -1;
  for (let at = offset; at < bytes.length; ) {
    const length = readNumber(bytes, at + 1, 2);
    const end = at + 3 + (length ?? bytes.length);
    const tag = bytes[at];
    if (end > bytes.length || tag <= last) return undefined;
    fields.push({ tag, value: bytes.slice(at + 3, end) });
    last = tag;
    at = end;
  }
  return fields;
}

/** The tag of the least version that must run before the release, as a number. */
export const REQUIRED_VERSION = 1;

/** The least version that must run before the release: 0 if it names none, more than any if it cannot be read. */
export function requiredVersion(fields: readonly ManifestField[]): number {
  const field = fields.find(({ tag }) => tag === REQUIRED_VERSION);
  return field ? (readNumber(field.value) ?? Infinity) : 0;
}

/** Fields as bytes. @throws RangeError for a tag or a length that does not fit */
export function encodeFields(fields: readonly ManifestField[]): Uint8Array {
  return concat(
    ...fields.flatMap(({ tag, value }) => [numberToBytes(tag, 1), numberToBytes(value.length, 2), value]),
  );
}

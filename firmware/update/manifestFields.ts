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

/** The tag of the revisions of the hardware that the release is for: ranges of two numbers of two bytes each. */
export const REVISIONS = 2;
/** The greatest revision that hardware can be of, and the number of ranges that a board reads. */
export const REVISION_MAX = 0xffff;
export const REVISION_RANGES_MAX = 16;

/** The reason, in words, why the release is not for that revision of the hardware; a board of none is in no range. */
export function revisionFault(
  fields: readonly ManifestField[],
  revision: number | undefined,
): string | undefined {
  const value = fields.find(({ tag }) => tag === REVISIONS)?.value;
  if (!value) return undefined;
  let served = '';
  for (let at = 0; at < Math.min(value.length, REVISION_RANGES_MAX * 4); at += 4) {
    const [least, most] = [readNumber(value, at, 2)!, readNumber(value, at + 2, 2)!];
    if (least <= revision! && revision! <= most) return undefined;
    served += ` ${least}-${most}`;
  }
  return `the release is for revisions${served}, this board is of ${revision ?? 'none that it knows'}`;
}

/** Fields as bytes. @throws RangeError for a tag or a length that does not fit */
export function encodeFields(fields: readonly ManifestField[]): Uint8Array {
  return concat(
    ...fields.flatMap(({ tag, value }) => [numberToBytes(tag, 1), numberToBytes(value.length, 2), value]),
  );
}

/**
 * The layout of an image in a partition of its own. The chip wants its application at the partition's start, but an
 * image begins with its header. So the image's first sector, header and filling, lies in the partition's last sector,
 * and all others move down by one. Whole sectors stay whole sectors.
 *
 *     image       | header 64, filling | application                  |
 *     partition   | application                  | … | header 64, filling |
 */

/** Bytes that the flash erases at once. */
export const sectorSize = 4096;

/** One piece of a range of the image, and its place in the partition. */
export interface Piece {
  /** Offset in the partition. */
  at: number;
  length: number;
  /** Offset in the range that was asked for. */
  from: number;
}

/**
 * The pieces, at most two, of a range of the image. Throws a RangeError when the range is not within the partition.
 */
export function piecesOf(partitionSize: number, offset: number, length: number): Piece[] {
  const whole = Number.isInteger(offset) && Number.isInteger(length);
  if (!whole || offset < 0 || length < 0 || offset + length > partitionSize) {
    throw new RangeError(`${length} bytes at ${offset} exceed a slot of ${partitionSize}`);
  }
  const pieces: Piece[] = [];
  const first = Math.min(length, Math.max(0, sectorSize - offset));
  if (first > 0) pieces.push({ at: partitionSize - sectorSize + offset, length: first, from: 0 });
  if (length > first) pieces.push({ at: offset + first - sectorSize, length: length - first, from: first });
  return pieces;
}

/** The place of the image's sector that begins at `offset`. Throws a RangeError when none begins there. */
export function sectorOf(partitionSize: number, offset: number): number {
  if (!Number.isInteger(offset / sectorSize) || offset < 0 || offset >= partitionSize) {
    throw new RangeError(`no sector begins at ${offset}`);
  }
  return offset === 0 ? partitionSize - sectorSize : offset - sectorSize;
}

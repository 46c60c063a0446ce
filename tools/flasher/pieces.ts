/** The parts of a chip's flash cut into pieces: the unit that is written, checked, and begun at again. */
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

/** Bytes that belong at one place of the flash. */
export interface FlashPart {
  /** For people. */
  name: string;
  /** From the start of the flash; a multiple of a sector. */
  offset: number;
  bytes: Uint8Array;
}

export interface Piece {
  /** Of the part that it is cut from. */
  name: string;
  offset: number;
  bytes: Uint8Array;
  /** In hexadecimal. */
  md5: string;
}

/** Whole sectors. What a cut cable costs at most; smaller ones compress worse and are asked for more often. */
export const PIECE_BYTES = 128 * 1024;
const SECTOR_BYTES = 4096;

/** @throws Error for a part that does not begin with a sector, or lies over the one before */
export function piecesOf(parts: readonly FlashPart[]): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { bytes, name, offset } of [...parts].sort((a, b) => a.offset - b.offset)) {
    if (offset % SECTOR_BYTES !== 0) throw new Error(`${name} begins at ${offset}, within a sector`);
    if (offset < end) throw new Error(`${name} lies over the part before it`);
    end = offset + Math.ceil(bytes.length / SECTOR_BYTES) * SECTOR_BYTES;
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const piece = padded(bytes.subarray(at, at + PIECE_BYTES));
      const md5 = createHash('md5').update(piece).digest('hex');
      pieces.push({ name, offset: offset + at, bytes: piece, md5 });
    }
  }
  return pieces;
}

/** As the chip's loader inflates it. */
export const compressed = ({ bytes }: Piece): Uint8Array => new Uint8Array(deflateSync(bytes, { level: 9 }));

/** Flash is written in words of four bytes. */
function padded(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 4 === 0) return bytes;
  const whole = new Uint8Array(Math.ceil(bytes.length / 4) * 4).fill(0xff);
  whole.set(bytes);
  return whole;
}

/**
 * The format of what a chip starts, application or bootloader, as ESP-IDF's tools write it (esp_image_format.h).
 * Numbers are little-endian.
 *
 *     header   0xE9 | segments 1 | mode 1 | speed, size 1 | entry 4 | … | chip 2 (at 12) | … | digest follows 1 (at 23)
 *     segment  address 4 | length 4 | bytes           as many as the header says
 *     end      zeros up to the last of 16 bytes | checksum 1 | SHA-256 of all before 32
 *
 * A signed one goes on: filled with ones to a whole sector, and one sector with the signature.
 */
import { createHash } from 'node:crypto';
import { Failure } from '../cli/failure.js';
import { chips, type Target, targets } from './chips.js';

const MAGIC = 0xe9;
const HEADER_BYTES = 24;
const SEGMENT_HEAD_BYTES = 8;
const SEGMENTS_MAX = 16;
/** ESP-IDF's own limit. */
const SEGMENT_BYTES_MAX = 0x100_0000;
const DIGEST_BYTES = 32;
const CHECKSUM_SEED = 0xef;
const SECTOR_BYTES = 4096;
const SIGNATURE_MAGIC = 0xe7;

/** Bytes of flash by the code in the header. */
const flashCodes = [1, 2, 4, 8, 16, 32, 64, 128].map(mib => mib * 1024 * 1024);

export interface EspSegment {
  /** Address that it is loaded to or mapped at; 0 up to 64 KiB for what only fills. */
  address: number;
  /** Place of its bytes in the file. */
  at: number;
  /** Bytes. */
  length: number;
}

export interface EspImage {
  target: Target;
  /** Address at which it begins. */
  entry: number;
  /** Bytes of flash that it was made for. */
  flashBytes: number;
  segments: EspSegment[];
  /** Bytes without a signature. */
  length: number;
  signed: boolean;
}

/**
 * Takes it apart and checks all that needs no knowledge of the chip's memory.
 *
 * @throws Failure `image_header`, `image_chip`, `image_segments`, `image_cut`, `image_checksum`, `image_digest`, `image_end`
 */
export function parseEspImage(bytes: Uint8Array): EspImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] !== MAGIC)
    throw new Failure(
      'image_header',
      'It does not begin with the byte 0xE9, as all that a chip starts does.',
    );
  if (bytes.length < HEADER_BYTES) throw cut(bytes, HEADER_BYTES);
  const { flashBytes, target } = readHeader(view);
  const { end, segments, sum } = readSegments(view, bytes[1]);
  // The checksum is the last byte of a block of 16.
  const checksumAt = end | 15;
  const length = checksumAt + 1 + DIGEST_BYTES;
  if (bytes.length < length) throw cut(bytes, length);
  if (bytes[checksumAt] !== sum) {
    throw new Failure(
      'image_checksum',
      `The checksum is ${bytes[checksumAt]}, that of the segments is ${sum}.`,
    );
  }
  const digest = createHash('sha256')
    .update(bytes.subarray(0, checksumAt + 1))
    .digest();
  if (!digest.equals(bytes.subarray(checksumAt + 1, length)))
    throw new Failure('image_digest', 'The SHA-256 at the end is not that of the bytes before it.');
  const signed = isSigned(bytes, length);
  return { target, entry: view.getUint32(4, true), flashBytes, segments, length, signed };
}

function readHeader(view: DataView): { target: Target; flashBytes: number } {
  const id = view.getUint16(12, true);
  const target = targets.find(name => chips[name].id === id);
  if (!target)
    throw new Failure('image_chip', `It is for the chip of number ${id}, which nothing here is for.`);
  const flashBytes = flashCodes[view.getUint8(3) >> 4];
  if (flashBytes === undefined) throw new Failure('image_header', 'It names no size of flash.');
  if (view.getUint8(23) !== 1)
    throw new Failure('image_digest', 'It has no SHA-256 at its end: the bootloader could not check it.');
  return { target, flashBytes };
}

function readSegments(view: DataView, count: number): { segments: EspSegment[]; end: number; sum: number } {
  if (count < 1 || count > SEGMENTS_MAX)
    throw new Failure('image_segments', `It has ${count} segments; 1 to ${SEGMENTS_MAX} are possible.`);
  const segments: EspSegment[] = [];
  let at = HEADER_BYTES;
  let sum = CHECKSUM_SEED;
  for (let i = 0; i < count; i++) {
    if (at + SEGMENT_HEAD_BYTES > view.byteLength) throw cut(view, at + SEGMENT_HEAD_BYTES);
    const address = view.getUint32(at, true);
    const length = view.getUint32(at + 4, true);
    at += SEGMENT_HEAD_BYTES;
    if (length % 4 !== 0 || length >= SEGMENT_BYTES_MAX)
      throw new Failure(
        'image_segments',
        `Segment ${i} has ${length} bytes: a multiple of 4 below 16 MB is meant.`,
      );
    if (at + length > view.byteLength) throw cut(view, at + length);
    for (let j = at; j < at + length; j++) sum ^= view.getUint8(j);
    segments.push({ address, at, length });
    at += length;
  }
  return { segments, end: at, sum };
}

/** True when a signature follows, false when nothing does. */
function isSigned(bytes: Uint8Array, length: number): boolean {
  if (bytes.length === length) return false;
  const filled = Math.ceil(length / SECTOR_BYTES) * SECTOR_BYTES;
  const whole = bytes.length === filled + SECTOR_BYTES && bytes[filled] === SIGNATURE_MAGIC;
  if (!whole || bytes.subarray(length, filled).some(byte => byte !== 0xff))
    throw new Failure(
      'image_end',
      `It ends after ${length} bytes, and ${bytes.length - length} more follow.`,
    );
  return true;
}

const cut = ({ byteLength }: { byteLength: number }, wanted: number): Failure =>
  new Failure('image_cut', `It has ${byteLength} bytes, and ${wanted} or more are needed: it was cut off.`);

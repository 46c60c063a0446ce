/**
 * The format of an image: 64 bytes of header, then the body (JavaScript text in UTF-8).
 *
 *  offset  length
 *       0       4  magic "HFIM"
 *       4       1  version of this format: 1
 *       5       3  zero
 *       8       4  version of the image, 1 or more
 *      12      32  hardware id
 *      44       4  length of the body
 *      48       4  CRC-32 of the body
 *      52       8  zero
 *      60       4  CRC-32 of the 60 bytes before
 *
 * Numbers are unsigned and big-endian. The checksums let a bootloader tell a whole image from a torn one; whether
 * it is the approved one, only its SHA-256 (header included) tells.
 */
import { readNumber, writeNumber } from '../bytes/bigEndian.js';
import { crc32, crcBegin, crcEnd, crcUpdate } from '../bytes/crc32.js';
import { accepted, type Rejected, rejected, type Verdict } from '../bytes/verdict.js';

/** Bytes of a header. */
export const headerLength = 64;
/** Bytes of header and body together: no board is asked to hold more. */
export const IMAGE_BYTES_MAX = 4 * 1024 * 1024;

/** The header of an image, as it was read. */
export interface ImageHeader {
  version: number;
  /** 32 bytes. */
  hardware: Uint8Array;
  /** Bytes of the whole image: header and body. */
  length: number;
  bodyChecksum: number;
}

const magic = [0x48, 0x46, 0x49, 0x4d];
const formatVersion = 1;
/** Bytes read at a time, so that checking an image needs no memory of its size. */
const chunkLength = 4096;

/**
 * The whole image of a body. Throws a RangeError on fields that the format cannot hold.
 *
 * @example
 * encodeImage(7, hardwareId, encodeText('run()'))
 */
export function encodeImage(version: number, hardware: Uint8Array, body: Uint8Array): Uint8Array {
  if (version < 1) throw new RangeError('an image has a version of 1 or more');
  if (hardware.length !== 32) throw new RangeError('a hardware id has 32 bytes');
  if (body.length === 0) throw new RangeError('an image has a body');
  if (headerLength + body.length > IMAGE_BYTES_MAX) throw new RangeError('the image is too long');
  const image = new Uint8Array(headerLength + body.length);
  image.set(magic, 0);
  image[4] = formatVersion;
  writeNumber(image, 8, 4, version);
  image.set(hardware, 12);
  writeNumber(image, 44, 4, body.length);
  writeNumber(image, 48, 4, crc32(body));
  writeNumber(image, 60, 4, crc32(image.subarray(0, 60)));
  image.set(body, headerLength);
  return image;
}

/** Reads the header in the first 64 of `bytes`, which are untrusted; what follows is not looked at. */
export function parseHeader(bytes: Uint8Array): Verdict<ImageHeader, 'malformed', never> {
  if (bytes.length < headerLength) return malformed(`${bytes.length} bytes are not an image header`);
  for (let i = 0; i < magic.length; i++) if (bytes[i] !== magic[i]) return malformed('not an image');
  if (bytes[4] !== formatVersion) return malformed(`image format ${bytes[4]}, known is ${formatVersion}`);
  if (readNumber(bytes, 60, 4) !== crc32(bytes.subarray(0, 60))) return malformed('torn image header');
  for (let i = 5; i < 8; i++) if (bytes[i] !== 0) return malformed('a reserved byte is set');
  for (let i = 52; i < 60; i++) if (bytes[i] !== 0) return malformed('a reserved byte is set');
  const version = readNumber(bytes, 8, 4)!;
  if (version === 0) return malformed('version 0');
  const bodyLength = readNumber(bytes, 44, 4)!;
  if (bodyLength === 0) return malformed('no body');
  const length = headerLength + bodyLength;
  if (length > IMAGE_BYTES_MAX) return malformed(`an image of ${length} bytes`);
  return accepted({
    version,
    hardware: bytes.slice(12, 44),
    length,
    bodyChecksum: readNumber(bytes, 48, 4)!,
  });
}

/**
 * Reads header and body of the image that begins at 0; accepted when it is whole.
 *
 * @param size bytes that can be read, for example those of the partition
 */
export function checkImage(
  read: (offset: number, length: number) => Uint8Array,
  size: number,
): Verdict<ImageHeader, 'malformed', never> {
  if (size < headerLength) return malformed(`${size} bytes hold no image`);
  const header = parseHeader(read(0, headerLength));
  if (header.verdict !== 'accepted') return header;
  const { length, bodyChecksum } = header.value;
  if (length > size) return malformed(`an image of ${length} bytes in a place for ${size}`);
  let checksum = crcBegin;
  for (let at = headerLength; at < length; at += chunkLength) {
    checksum = crcUpdate(checksum, read(at, Math.min(chunkLength, length - at)));
  }
  return crcEnd(checksum) === bodyChecksum ? header : malformed('torn image body');
}

function malformed(evidence: string): Rejected<'malformed'> {
  return rejected('malformed', evidence);
}

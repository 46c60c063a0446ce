/**
 * CRC-32 (IEEE 802.3, reflected, as in zlib and PNG) finds the accidents of flash and of wires. It proves nothing
 * against somebody who changes the bytes on purpose.
 */

/** The remainders of four bits each: 16 entries, since a table of 256 would cost a chip 4 KiB of heap. */
const remainders = [
  0, 498536548, 997073096, 651767980, 1994146192, 1802195444, 1303535960, 1342533948, -306674912, -267414716,
  -690576408, -882789492, -1687895376, -2032938284, -1609899400, -1111625188,
];

/** The state before the first byte. */
export const crcBegin = -1;

/** The state after `bytes`; call it again to go on with more. */
export function crcUpdate(state: number, bytes: Uint8Array): number {
  let crc = state | 0;
  for (let i = 0; i < bytes.length; i++) {
    crc ^= bytes[i];
    crc = (crc >>> 4) ^ remainders[crc & 15];
    crc = (crc >>> 4) ^ remainders[crc & 15];
  }
  return crc;
}

/** The checksum of all bytes so far, 0 to 2^32 - 1. */
export function crcEnd(state: number): number {
  return ~state >>> 0;
}

/** The checksum of `bytes` alone. */
export function crc32(bytes: Uint8Array): number {
  return crcEnd(crcUpdate(crcBegin, bytes));
}

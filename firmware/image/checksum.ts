/**
 * CRC-32 (ISO-HDLC, the one of zlib), four bits at a time. It finds what an accident tore, never what a person
 * changed: that is the work of the SHA-256 that the contracts prove.
 */

/** What a nibble contributes; plain numbers, read only. */
const table = [
  0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c, 0xedb88320,
  0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
];

/**
 * @param previous the checksum of what came before, to go on with it
 * @returns a number from 0 to 2^32 − 1
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  let crc = ~previous | 0;
  for (let at = 0; at < bytes.length; at++) {
    crc ^= bytes[at];
    crc = table[crc & 15] ^ (crc >>> 4);
    crc = table[crc & 15] ^ (crc >>> 4);
  }
  return ~crc >>> 0;
}

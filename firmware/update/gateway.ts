/**
 * An IPFS gateway as an image server: one whose base path ends in `/ipfs`. A file that is one raw block has a CID that
 * follows from its SHA-256 (github.com/multiformats/cid: version 1, codec raw, multihash sha2-256, base32 of RFC 4648 in
 * lower case), so that no offer carries one. What a gateway gives is believed as little as what any server gives.
 */

import { fromHex } from '../bytes/hex.js';

const DIGITS = 'abcdefghijklmnopqrstuvwxyz234567';
/** Version 1, raw, sha2-256 of 32 bytes. */
const HEAD = [1, 0x55, 0x12, 32];

/** Characters of a CID: the mark of base32 and 36 bytes. */
const CID_LENGTH = 59;

/** The CID of the raw block with that SHA-256, 32 bytes. */
export function cidOf(sha256: Uint8Array): string {
  let text = 'b';
  let bits = 0;
  let value = 0;
  // A byte behind the last one fills the last digit.
  for (const byte of [...HEAD, ...sha256, 0]) {
    value = ((value & 31) << 8) | byte;
    for (bits += 3; bits >= 0; bits -= 5) text += DIGITS[(value >> bits) & 31];
    bits += 5;
  }
  return text.slice(0, CID_LENGTH);
}

/**
 * The path of a file, a folder and the hash that names it, below a server's base path. Undefined for a list of sectors at
 * a gateway: its name is a Merkle root, which leads to no CID.
 */
export function pathOn(base: string, file: string): string | undefined {
  const begin = base.replace(/\/$/, '');
  if (!begin.endsWith('/ipfs')) return begin + file;
  return file[1] === 's' ? undefined : `${begin}/${cidOf(fromHex(`0x${file.slice(-64)}`, 32)!)}`;
}

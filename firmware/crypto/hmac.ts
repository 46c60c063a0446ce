/** HMAC-SHA256 (RFC 2104). */

import { createSha256 } from './sha256.js';

/** The 32-byte code of the parts one after the other. The key is at most 64 bytes. */
export function hmacSha256(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  if (key.length > 64) throw new RangeError('an HMAC key longer than a block');
  const pad = new Uint8Array(64);
  pad.set(key);
  for (let i = 0; i < 64; i++) pad[i] ^= 0x36;
  const inner = createSha256();
  inner.update(pad);
  for (const part of parts) inner.update(part);
  for (let i = 0; i < 64; i++) pad[i] ^= 0x36 ^ 0x5c;
  const outer = createSha256();
  outer.update(pad);
  pad.fill(0);
  outer.update(inner.digest());
  return outer.digest();
}

/** HMAC-SHA256 (RFC 2104) and the derivation of keys from it (HKDF, RFC 5869), over any SHA-256. */
import type { Crypto } from '../port/crypto.js';

/** The crypto port, or that part of it. */
type Hasher = Pick<Crypto, 'sha256'>;

/** The 32-byte code of the parts one after the other. The key is at most 64 bytes. */
export function hmacSha256(crypto: Hasher, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  if (key.length > 64) throw new RangeError('an HMAC key longer than a block');
  const pad = new Uint8Array(64);
  pad.set(key);
  for (let i = 0; i < 64; i++) pad[i] ^= 0x36;
  const inner = crypto.sha256();
  inner.update(pad);
  for (const part of parts) inner.update(part);
  for (let i = 0; i < 64; i++) pad[i] ^= 0x36 ^ 0x5c;
  const outer = crypto.sha256();
  outer.update(pad);
  pad.fill(0);
  outer.update(inner.digest());
  return outer.digest();
}

/**
 * HKDF-SHA256: `length` bytes (at most 8,160) out of a secret. `salt` is at most 64 bytes, `info` says what the bytes
 * are for.
 */
export function hkdfSha256(
  crypto: Hasher,
  secret: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  if (length > 255 * 32) throw new RangeError('more than HKDF gives');
  const key = hmacSha256(crypto, salt, secret);
  const made = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array(0);
  for (let at = 0, count = 1; at < length; at += 32, count++) {
    block = hmacSha256(crypto, key, block, info, Uint8Array.of(count));
    made.set(block.subarray(0, length - at), at);
  }
  key.fill(0);
  return made;
}

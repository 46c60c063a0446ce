/**
 * ECDSA over secp256k1 as Ethereum uses it: the signer's address from a signature (SEC 1, 4.1.6; s in the lower
 * half as in EIP-2), deterministic signing (RFC 6979). And a secret shared by two key pairs (ECDH; SEC 1, 3.3.1).
 *
 * Where a secret is involved the point arithmetic is noble's, with its regular schedule and complete formulas,
 * but not its `sign`: that builds a 1.5 MB table of G on first use, more than a chip has. BigInt arithmetic is
 * not constant time; a board that others can time has the native face of the crypto port.
 */

import { Point } from '@noble/secp256k1';
import { fromHex, toHex } from '../bytes/hex.js';
import { fieldPrime, inverse, jointMultiply, order, squareRoot } from './curve.js';
import { hmacSha256 } from './hmac.js';
import { createSha256 } from './sha256.js';

type Keccak256 = (bytes: Uint8Array) => Uint8Array;

const halfOrder = order >> 1n;

/** The point whose double is G. Its 2 k-fold is k G, without the table that noble builds for G itself. */
const halfBase = {
  x: 0x00000000000000000000003b78ce563f89a0ed9414f5aa28ad0d96d6795f9c63n,
  y: 0xc0c686408d517dfd67c2367651380d00d126e4229631fd03f8ff35eef1a61e3cn,
};

function toInteger(bytes: Uint8Array): bigint {
  return BigInt(toHex(bytes));
}

function writeInteger(target: Uint8Array, offset: number, value: bigint): void {
  target.set(fromHex(`0x${value.toString(16).padStart(64, '0')}`)!, offset);
}

function multiplyBase(secretScalar: bigint): { x: bigint; y: bigint } {
  return Point.fromAffine(halfBase)
    .multiply((secretScalar << 1n) % order)
    .toAffine();
}

function addressOfPoint(keccak256: Keccak256, point: { x: bigint; y: bigint }): Uint8Array {
  const bytes = new Uint8Array(64);
  writeInteger(bytes, 0, point.x);
  writeInteger(bytes, 32, point.y);
  return keccak256(bytes).slice(12);
}

/** See the crypto port. */
export function recoverAddress(
  keccak256: Keccak256,
  digest: Uint8Array,
  signature: Uint8Array,
): Uint8Array | undefined {
  if (digest.length !== 32 || signature.length !== 65) return undefined;
  const odd = signature[64] - 27;
  if (odd !== 0 && odd !== 1) return undefined;
  const r = toInteger(signature.subarray(0, 32));
  const s = toInteger(signature.subarray(32, 64));
  if (r === 0n || r >= order || s === 0n || s > halfOrder) return undefined;
  const root = squareRoot((r * r * r + 7n) % fieldPrime);
  if (root === undefined) return undefined;
  const y = Number(root & 1n) === odd ? root : fieldPrime - root;
  const inverseR = inverse(r, order);
  const u1 = ((order - (toInteger(digest) % order)) * inverseR) % order;
  const signer = jointMultiply(u1, (s * inverseR) % order, { x: r, y });
  return signer && addressOfPoint(keccak256, signer);
}

function toPrivateScalar(privateKey: Uint8Array): bigint | undefined {
  if (privateKey.length !== 32) return undefined;
  const scalar = toInteger(privateKey);
  return scalar === 0n || scalar >= order ? undefined : scalar;
}

/** See the crypto port. */
export function addressOf(keccak256: Keccak256, privateKey: Uint8Array): Uint8Array | undefined {
  const scalar = toPrivateScalar(privateKey);
  return scalar === undefined ? undefined : addressOfPoint(keccak256, multiplyBase(scalar));
}

/** See the crypto port. */
export function publicKeyOf(privateKey: Uint8Array): Uint8Array | undefined {
  const scalar = toPrivateScalar(privateKey);
  if (scalar === undefined) return undefined;
  const { x, y } = multiplyBase(scalar);
  const bytes = new Uint8Array(33);
  bytes[0] = (y & 1n) === 0n ? 2 : 3;
  writeInteger(bytes, 1, x);
  return bytes;
}

/** See the crypto port. */
export function sharedSecret(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  const scalar = toPrivateScalar(privateKey);
  const point = toPoint(publicKey);
  if (scalar === undefined || !point) return undefined;
  // For G itself noble would build its table.
  const { x } = point.equals(Point.BASE) ? multiplyBase(scalar) : point.multiply(scalar).toAffine();
  const secret = new Uint8Array(32);
  writeInteger(secret, 0, x);
  return secret;
}

/** The point of a compressed key (SEC 1, 2.3.4). Every point but infinity has the order of G. */
function toPoint(publicKey: Uint8Array): Point | undefined {
  const [form] = publicKey;
  if (publicKey.length !== 33 || (form !== 2 && form !== 3)) return undefined;
  const x = toInteger(publicKey.subarray(1));
  const root = x < fieldPrime ? squareRoot((x * x * x + 7n) % fieldPrime) : undefined;
  if (root === undefined) return undefined;
  const odd = (root & 1n) === 1n;
  return Point.fromAffine({ x, y: odd === (form === 3) ? root : fieldPrime - root });
}

/** See the crypto port. Throws on a key that is none, and on a digest that is not 32 bytes. */
export function sign(digest: Uint8Array, privateKey: Uint8Array): Uint8Array {
  const secret = toPrivateScalar(privateKey);
  if (secret === undefined) throw new RangeError('not a private key');
  if (digest.length !== 32) throw new RangeError('not a 32-byte digest');
  const message = toInteger(digest) % order;
  const reducedDigest = new Uint8Array(32);
  writeInteger(reducedDigest, 0, message);

  const hasher = { sha256: createSha256 };
  // RFC 6979, 3.2: the generator is keyed with the private key and the digest.
  const zero = Uint8Array.of(0);
  let value: Uint8Array = new Uint8Array(32).fill(1);
  let key = hmacSha256(hasher, new Uint8Array(32), value, zero, privateKey, reducedDigest);
  value = hmacSha256(hasher, key, value);
  key = hmacSha256(hasher, key, value, Uint8Array.of(1), privateKey, reducedDigest);
  value = hmacSha256(hasher, key, value);
  for (;;) {
    value = hmacSha256(hasher, key, value);
    const nonce = toInteger(value);
    if (nonce !== 0n && nonce < order) {
      const point = multiplyBase(nonce);
      const s = (inverse(nonce, order) * (message + point.x * secret)) % order;
      // v has no value for an x that is not below the order; nobody has ever seen one.
      if (point.x < order && s !== 0n) {
        const high = s > halfOrder;
        const signature = new Uint8Array(65);
        writeInteger(signature, 0, point.x);
        writeInteger(signature, 32, high ? order - s : s);
        signature[64] = 27 + (Number(point.y & 1n) ^ (high ? 1 : 0));
        return signature;
      }
    }
    key = hmacSha256(hasher, key, value, zero);
    value = hmacSha256(hasher, key, value);
  }
}

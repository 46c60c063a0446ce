/** Project Wycheproof's vectors of ECDSA over secp256k1, and the form their signatures come in. */
import { concat } from '../../../firmware/bytes/concat.js';

export interface Wycheproof {
  numberOfTests: number;
  testGroups: { publicKey: { uncompressed: string }; tests: WycheproofCase[] }[];
}

interface WycheproofCase {
  tcId: number;
  comment: string;
  msg: string;
  sig: string;
  result: 'valid' | 'invalid';
}

/** Strict DER of two positive integers of at most 32 bytes, as r and s; undefined for anything else. */
export function derSignature(bytes: Uint8Array): { r: Uint8Array; s: Uint8Array } | undefined {
  if (bytes[0] !== 0x30 || bytes[1] !== bytes.length - 2) return undefined;
  let at = 2;
  const integer = (): Uint8Array | undefined => {
    const length = bytes[at + 1];
    const value = bytes.subarray(at + 2, at + 2 + length);
    if (bytes[at] !== 2 || value.length !== length || length < 1 || length > 33 || value[0] > 127)
      return undefined;
    if (length > 1 && value[0] === 0 && value[1] < 128) return undefined;
    at += 2 + length;
    const digits = value[0] === 0 ? value.subarray(1) : value;
    return digits.length > 32 ? undefined : concat(new Uint8Array(32 - digits.length), digits);
  };
  const r = integer();
  const s = r && integer();
  return r && s && at === bytes.length ? { r, s } : undefined;
}

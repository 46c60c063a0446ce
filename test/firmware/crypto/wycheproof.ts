/** Project Wycheproof's vectors of ECDSA and ECDH over secp256k1, and the forms that signatures and keys come in. */
import { concat } from '../../../firmware/bytes/concat.js';
import { fromHex } from '../../../firmware/bytes/hex.js';

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

export interface EcdhVectors {
  testGroups: {
    tests: {
      tcId: number;
      comment: string;
      public: string;
      private: string;
      shared: string;
      result: string;
    }[];
  }[];
}

export interface EcdhCase {
  comment: string;
  privateKey: Uint8Array;
  /** Compressed. */
  publicKey: Uint8Array;
  /** The x coordinate; undefined where the key must be refused. */
  shared: Uint8Array | undefined;
}

/** Heads of a key of secp256k1 in ASN.1, by the curve's name: what we read begins after them. */
const asn1 = {
  uncompressed: '3056301006072a8648ce3d020106052b8104000a034200',
  compressed: '3036301006072a8648ce3d020106052b8104000a032200',
};

/**
 * The cases that can be asked of a compressed key: those whose public key is a whole point, or compressed already.
 * The others vary the curve's parameters or the ASN.1 around the key, of which nothing ever reaches a board.
 */
export function ecdhCases({ testGroups }: EcdhVectors): EcdhCase[] {
  const cases: EcdhCase[] = [];
  for (const item of testGroups.flatMap(({ tests }) => tests)) {
    const publicKey = compressedKey(item.public);
    if (!publicKey) continue;
    const secret = fromHex(`0x${item.private.replace(/^(00)+/, '').padStart(64, '0')}`, 32);
    cases.push({
      comment: `${item.tcId} ${item.comment}`,
      privateKey: secret!,
      publicKey,
      shared: item.result === 'invalid' ? undefined : fromHex(`0x${item.shared}`)!,
    });
  }
  return cases;
}

const prime = 2n ** 256n - 2n ** 32n - 977n;

function compressedKey(text: string): Uint8Array | undefined {
  if (text.startsWith(asn1.compressed)) return fromHex(`0x${text.slice(asn1.compressed.length)}`, 33);
  if (!text.startsWith(`${asn1.uncompressed}04`)) return undefined;
  const point = text.slice(asn1.uncompressed.length + 2);
  if (point.length !== 128) return undefined;
  const [x, y] = [point.slice(0, 64), point.slice(64)];
  const [a, b] = [BigInt(`0x${x}`), BigInt(`0x${y}`)];
  // A point beside the curve cannot be said in the compressed form: there x alone decides.
  if ((b * b - a * a * a - 7n) % prime !== 0n) return undefined;
  return fromHex(`0x${b % 2n === 0n ? '02' : '03'}${x}`, 33);
}

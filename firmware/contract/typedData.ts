/** EIP-712 digests for flat structs. Everything that a board or its people sign goes through here. */

import { concat } from '../bytes/concat.js';
import { encodeText } from '../bytes/text.js';
import { createKeccak256 } from '../crypto/keccak.js';
import type { Crypto } from '../port/crypto.js';
import { encodeStatic, type StaticValue } from './abi.js';

/**
 * The hash of a struct's type string, for constants of modules: a chip loads modules as its image is made, so that
 * the hash costs it nothing.
 */
export const typeHash = (type: string): Uint8Array => createKeccak256()(encodeText(type));

const domainType = typeHash(
  'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)',
);
const domainName = typeHash('Holdfast');
const domainVersion = typeHash('1');
const digestPrefix = Uint8Array.of(0x19, 0x01);

/** The addressee of a signature: one contract on one chain. */
export interface Domain {
  chainId: number;
  /** 20 bytes. */
  verifyingContract: Uint8Array;
}

/** The hash by which EIP-712 stands in for a `string` or `bytes` member. */
export const hashText = (crypto: Crypto, text: string): Uint8Array => crypto.keccak256(encodeText(text));

export function domainSeparator(crypto: Crypto, domain: Domain): Uint8Array {
  return crypto.keccak256(
    encodeStatic(domainType, domainName, domainVersion, domain.chainId, domain.verifyingContract),
  );
}

/** `type` is the whole type string, or its `typeHash`; dynamic members are given as their hashes. 32 bytes. */
export function typedDigest(
  crypto: Crypto,
  domain: Domain,
  type: string | Uint8Array,
  ...members: StaticValue[]
): Uint8Array {
  const hash = typeof type === 'string' ? hashText(crypto, type) : type;
  const structHash = crypto.keccak256(encodeStatic(hash, ...members));
  return crypto.keccak256(concat(digestPrefix, domainSeparator(crypto, domain), structHash));
}

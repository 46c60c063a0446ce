/** Addresses that anybody can compute: CREATE2 (EIP-1014) of minimal proxies (EIP-1167). */

import { concat } from '../bytes/concat.js';
import { fromHex } from '../bytes/hex.js';
import type { Crypto } from '../port/crypto.js';
import { word } from './abi.js';
import { addresses } from './addresses.generated.js';

/** EIP-1167: the code that returns the clone's 45 bytes, and those bytes around the implementation's address. */
const CLONE_INIT = '0x3d602d80600a3d3981f3363d3d373d3d3d363d73';
const CLONE_TAIL = '0x5af43d82803e903d91602b57fd5bf3';

export function create2Address(
  crypto: Crypto,
  deployer: Uint8Array,
  salt: Uint8Array,
  initCodeHash: Uint8Array,
): Uint8Array {
  return crypto.keccak256(concat(Uint8Array.of(0xff), deployer, salt, initCodeHash)).slice(12);
}

/** The Device of a board, from the address of the first key it ever had. */
export function deviceAddress(crypto: Crypto, originalKey: Uint8Array): Uint8Array {
  const implementation = fromHex(addresses.deviceImplementation, 20)!;
  const initCode = concat(fromHex(CLONE_INIT)!, implementation, fromHex(CLONE_TAIL)!);
  const factory = fromHex(addresses.factory, 20)!;
  return create2Address(crypto, factory, word(originalKey), crypto.keccak256(initCode));
}

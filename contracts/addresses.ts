/**
 * Where our contracts lie on every chain, computed offline: CREATE2 (EIP-1014) through the deterministic deployer,
 * and EIP-1167 clones. Needs neither a chain nor viem.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';

export type Hex = `0x${string}`;

/** Takes a salt and creation code, and creates just that; at the same address on every chain. */
export const DETERMINISTIC_DEPLOYER: Hex = '0x4e59b44847b379578588920ca78fbf26c0b4956c';

/** All of ours use this salt. */
export const SALT: Hex = `0x${'00'.repeat(32)}`;

const CLONE_PREFIX = '363d3d373d3d3d363d73';
const CLONE_SUFFIX = '5af43d82803e903d91602b57fd5bf3';
/** EIP-1167's creation code: copies the 45 bytes that follow it. */
const CLONE_CREATION = '3d602d80600a3d3981f3';

export const keccak256 = (bytes: Uint8Array): Uint8Array => keccak_256(bytes);

/** EIP-1014. */
export function create2Address(deployer: Hex, salt: Hex, creationCode: Hex): Hex {
  const preimage = concatBytes(
    Uint8Array.of(0xff),
    bytes(deployer),
    bytes(salt),
    keccak256(bytes(creationCode)),
  );
  return hex(keccak256(preimage).subarray(12));
}

/** The 45 bytes that a clone of `implementation` runs. */
export const cloneCode = (implementation: Hex): Hex =>
  `0x${CLONE_PREFIX}${implementation.slice(2).toLowerCase()}${CLONE_SUFFIX}`;

export const cloneCodeHash = (implementation: Hex): Hex => hex(keccak256(bytes(cloneCode(implementation))));

/** What creates a clone of `implementation`. */
export const cloneCreationCode = (implementation: Hex): Hex =>
  `0x${CLONE_CREATION}${cloneCode(implementation).slice(2)}`;

/** ABI encoding of a constructor's address arguments. */
export const encodeAddresses = (...addresses: Hex[]): string =>
  addresses.map(address => address.slice(2).toLowerCase().padStart(64, '0')).join('');

/** The device of the board whose first key has the address `board`. */
export function deviceAddress(board: Hex, at: { factory: Hex; deviceImplementation: Hex }): Hex {
  const salt: Hex = `0x${board.slice(2).toLowerCase().padStart(64, '0')}`;
  return create2Address(at.factory, salt, cloneCreationCode(at.deviceImplementation));
}

const bytes = (value: Hex): Uint8Array => hexToBytes(value.slice(2));
const hex = (value: Uint8Array): Hex => `0x${bytesToHex(value)}`;

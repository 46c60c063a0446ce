/**
 * The addresses of our contracts on every chain, computed offline: CREATE2 (EIP-1014) through the deterministic
 * deployer, and EIP-1167 clones. Needs neither a chain nor viem.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';

/** Bytes as 0x and two digits each. */
export type Hex = `0x${string}`;

export const ZERO_ADDRESS: Hex = `0x${'00'.repeat(20)}`;
export const ZERO_WORD: Hex = `0x${'00'.repeat(32)}`;

/** An address without EIP-55's checksum, as all of ours are written and compared. */
export const lower = (address: string): Hex => address.toLowerCase() as Hex;

/** Takes a salt and creation code, and creates just that; at the same address on every chain. */
export const DETERMINISTIC_DEPLOYER: Hex = '0x4e59b44847b379578588920ca78fbf26c0b4956c';

/** All of ours use this salt. */
export const SALT: Hex = ZERO_WORD;

const CLONE_PREFIX = '363d3d373d3d3d363d73';
const CLONE_SUFFIX = '5af43d82803e903d91602b57fd5bf3';
/** EIP-1167's creation code: copies the 45 bytes that follow it. */
const CLONE_CREATION = '3d602d80600a3d3981f3';

/** 32 bytes. */
export const keccak256 = (bytes: Uint8Array): Uint8Array => keccak_256(bytes);

/** The address (20 bytes) of what `deployer` creates by CREATE2 (EIP-1014); `salt` has 32 bytes. */
export function create2Address(deployer: Hex, salt: Hex, creationCode: Hex): Hex {
  const preimage = concatBytes(
    Uint8Array.of(0xff),
    bytes(deployer),
    bytes(salt),
    keccak256(bytes(creationCode)),
  );
  return hex(keccak256(preimage).subarray(12));
}

/** The 45 bytes that a clone of `implementation` runs (EIP-1167). */
export const cloneCode = (implementation: Hex): Hex =>
  `0x${CLONE_PREFIX}${implementation.slice(2).toLowerCase()}${CLONE_SUFFIX}`;

/** The code hash that boards pin: of all clones of `implementation`, and of nothing else. 32 bytes. */
export const cloneCodeHash = (implementation: Hex): Hex => hex(keccak256(bytes(cloneCode(implementation))));

/** The creation code of a clone of `implementation`, 55 bytes. */
export const cloneCreationCode = (implementation: Hex): Hex =>
  `0x${CLONE_CREATION}${cloneCode(implementation).slice(2)}`;

/** ABI encoding of a constructor's address arguments: 32 bytes each, without 0x. */
export const encodeAddresses = (...addresses: Hex[]): string =>
  addresses.map(address => address.slice(2).toLowerCase().padStart(64, '0')).join('');

/** The Device of the board whose first key has the address `board`, registered or not. */
export function deviceAddress(board: Hex, at: { factory: Hex; deviceImplementation: Hex }): Hex {
  const salt: Hex = `0x${board.slice(2).toLowerCase().padStart(64, '0')}`;
  return create2Address(at.factory, salt, cloneCreationCode(at.deviceImplementation));
}

const bytes = (value: Hex): Uint8Array => hexToBytes(value.slice(2));
const hex = (value: Uint8Array): Hex => `0x${bytesToHex(value)}`;

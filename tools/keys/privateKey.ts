/** Private keys as text and bytes, without ever printing one. */
import { portableCrypto } from '../../firmware/crypto/portable.js';
import type { Hex } from '../cli/kinds.js';

/** Undefined for anything but 32 bytes of a valid secp256k1 key in hexadecimal. */
export function parsePrivateKey(text: string): Uint8Array | undefined {
  const match = /^\s*(?:0x)?([0-9a-fA-F]{64})\s*$/.exec(text);
  if (!match) return undefined;
  const key = new Uint8Array(Buffer.from(match[1], 'hex'));
  return addressOfKey(key) ? key : undefined;
}

/** The address of a private key, lower case; undefined when the bytes are not a key. */
export function addressOfKey(key: Uint8Array): Hex | undefined {
  const address = portableCrypto().addressOf(key);
  return address && `0x${Buffer.from(address).toString('hex')}`;
}

/** Hexadecimal of a private key (32 bytes): a secret still. */
export const keyHex = (key: Uint8Array): Hex => `0x${Buffer.from(key).toString('hex')}`;

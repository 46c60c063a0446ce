/** The key pair for the sealed envelopes of one epoch, as a board keeps it. */

import { encodeRecord, RecordReader } from '../bytes/record.js';
import type { Crypto } from '../port/crypto.js';
import type { KeyPair } from '../seal/sealed.js';

const SEALING_KEY_BYTES_MAX = 64;

/** The record of a key pair and its epoch. */
export const encodeSealingKey = (epoch: number, { privateKey }: KeyPair): Uint8Array =>
  encodeRecord([epoch, privateKey]);

/** Reads what `encodeSealingKey` gave; undefined for no bytes and for any others. */
export function parseSealingKey(
  crypto: Crypto,
  bytes: Uint8Array | undefined,
): { epoch: number; keys: KeyPair } | undefined {
  if (!bytes) return undefined;
  const reader = new RecordReader(bytes, SEALING_KEY_BYTES_MAX);
  const [epoch, privateKey] = [reader.number(), reader.fixed(32)];
  const publicKey = reader.end() ? crypto.publicKeyOf(privateKey) : undefined;
  return publicKey && { epoch, keys: { privateKey, publicKey } };
}

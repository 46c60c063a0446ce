/**
 * The signers of checkpoints: plain keys, m of n. Their hash is a slot of the Fleet. Each outgoing set signs its
 * successor, so that a board which slept through changes can follow them one by one from the set that it knows.
 */

import { equal } from '../bytes/equal.js';
import { encodeRecord, type RecordField, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { encodeStatic } from '../contract/abi.js';
import { KEYS_MAX } from '../contract/layout.generated.js';
import { typedDigest, typeHash } from '../contract/typedData.js';
import type { Crypto } from '../port/crypto.js';

/** The EIP-712 type of a rotation; the domain's contract is the Fleet. */
export const ROTATION_TYPE = 'CheckpointKeys(bytes32 outgoing,uint16 threshold,address[] keys)';

const rotationType = typeHash(ROTATION_TYPE);

/** A set of checkpoint keys; `isKeySet` holds its rules. */
export interface KeySet {
  /** The count of keys that must sign. */
  threshold: number;
  /**
   * Addresses, 20 bytes each, 1 to KEYS_MAX, ascending, none zero and none twice: the form in which a Fleet takes them.
   */
  keys: readonly Uint8Array[];
}

/**
 * A change of keys: the incoming set, and the outgoing set's signatures, 65 bytes each (none where only the set itself
 * was asked for).
 */
export interface SignedRotation {
  incoming: KeySet;
  signatures: Uint8Array;
}

/** The hash of a set, 32 bytes, as it stands in the Fleet: keccak256(abi.encode(uint16 threshold, address[] keys)). */
export const keySetHash = (crypto: Pick<Crypto, 'keccak256'>, { keys, threshold }: KeySet): Uint8Array =>
  crypto.keccak256(encodeStatic(threshold, 64, keys.length, ...keys));

/** The digest that the outgoing keys sign, 32 bytes; `outgoing` is the hash of their set. */
export const rotationHash = (
  crypto: Crypto,
  domain: { chainId: number; fleet: Uint8Array },
  outgoing: Uint8Array,
  { keys, threshold }: KeySet,
): Uint8Array =>
  typedDigest(
    crypto,
    { chainId: domain.chainId, verifyingContract: domain.fleet },
    rotationType,
    outgoing,
    threshold,
    crypto.keccak256(encodeStatic(...keys)),
  );

/** True when `threshold` different keys of the set signed the digest. Signatures of others count for nothing. */
export function isSignedBy(
  crypto: Pick<Crypto, 'recoverAddress'>,
  { keys, threshold }: KeySet,
  digest: Uint8Array,
  signatures: Uint8Array,
): boolean {
  const signed = new Set<number>();
  for (let at = 0; at + 65 <= signatures.length && signed.size < threshold; at += 65) {
    const signer = crypto.recoverAddress(digest, signatures.slice(at, at + 65));
    const index = signer ? keys.findIndex(key => equal(key, signer)) : -1;
    if (index >= 0) signed.add(index);
  }
  return signed.size >= threshold;
}

/** The fields of a set in a record. */
export const keySetFields = ({ keys, threshold }: KeySet): RecordField[] => [threshold, keys];

/** Reads what `keySetFields` gave; undefined when it breaks the rules of `isKeySet`. */
export function readKeySet(reader: RecordReader): KeySet | undefined {
  const threshold = reader.number(KEYS_MAX);
  const keys: Uint8Array[] = [];
  for (const list = reader.list(); list.more && keys.length <= KEYS_MAX; ) keys.push(list.fixed(20));
  return reader.ok && isKeySet({ keys, threshold }) ? { keys, threshold } : undefined;
}

/** True for a set that a Fleet would take; no other can ever be enacted. */
export function isKeySet({ keys, threshold }: KeySet): boolean {
  if (keys.length < 1 || keys.length > KEYS_MAX) return false;
  if (!Number.isSafeInteger(threshold) || threshold < 1 || threshold > keys.length) return false;
  if (keys.some(key => key.length !== 20)) return false;
  return keys.every((key, i) => (i === 0 ? key.some(byte => byte !== 0) : precedes(keys[i - 1], key)));
}

/** True when `a` is the smaller number; both have the same length. */
function precedes(a: Uint8Array, b: Uint8Array): boolean {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at >= 0 && a[at] < b[at];
}

/** Bytes of an encoded rotation: a set, with a signature for each key. */
export const ROTATION_BYTES_MAX = 1536;
/** Bytes of a signature for each key of a set. */
export const SIGNATURES_BYTES_MAX = 65 * KEYS_MAX;

/** The record of a rotation. */
export const encodeRotation = ({ incoming, signatures }: SignedRotation): Uint8Array =>
  encodeRecord([...keySetFields(incoming), signatures]);

/** Reads what `encodeRotation` gave. Untrusted bytes of any length; no signature is verified yet. */
export function parseRotation(bytes: Uint8Array): Verdict<SignedRotation, 'malformed', never> {
  const reader = new RecordReader(bytes, ROTATION_BYTES_MAX);
  const incoming = readKeySet(reader);
  const signatures = reader.bytes(SIGNATURES_BYTES_MAX);
  if (!incoming || !reader.end() || signatures.length % 65 !== 0)
    return rejected('malformed', 'no set of checkpoint keys');
  return accepted({ incoming, signatures });
}

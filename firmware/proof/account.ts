/** Accounts in the state trie (yellow paper 4.1): an account is the leaf at keccak-256 of its address. */

import { fromHex } from '../bytes/hex.js';
import { RlpCursor } from '../bytes/rlp.js';
import { type Accepted, accepted, type Rejected, rejected } from '../bytes/verdict.js';
import { emptyRootHex, type NodeHasher, verifyTrieProof } from './trie.js';

/** An account's four fields, as they are proven. */
export interface AccountFacts {
  /** False for an account that is proven not to exist; it then has the roots of an empty storage and of no code. */
  exists: boolean;
  /** Minimal bytes. */
  nonce: Uint8Array;
  /** Minimal bytes, in wei. */
  balance: Uint8Array;
  /** 32 bytes. */
  storageRoot: Uint8Array;
  /** 32 bytes. */
  codeHash: Uint8Array;
}

/** Keccak-256 of nothing. */
const emptyCodeHashHex = '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470';

const absent = (): AccountFacts => ({
  exists: false,
  nonce: new Uint8Array(0),
  balance: new Uint8Array(0),
  storageRoot: fromHex(emptyRootHex)!,
  codeHash: fromHex(emptyCodeHashHex)!,
});

/** The account in a leaf's RLP, in memory of its own: a view would keep all of the proof. Undefined when it is none. */
export function decodeAccount(leaf: Uint8Array): AccountFacts | undefined {
  const cursor = new RlpCursor(leaf);
  if (!cursor.readOnlyList()) return undefined;
  const limit = cursor.end;
  if (!cursor.readInteger(cursor.start, limit, 8)) return undefined;
  const nonce = cursor.payload.slice();
  if (!cursor.readInteger(cursor.end, limit, 32)) return undefined;
  const balance = cursor.payload.slice();
  if (!cursor.readFixed(cursor.end, limit, 32)) return undefined;
  const storageRoot = cursor.payload.slice();
  if (!cursor.readFixed(cursor.end, limit, 32) || cursor.end !== limit) return undefined;
  return { exists: true, nonce, balance, storageRoot, codeHash: cursor.payload.slice() };
}

/** The account at a 20-byte address under a state root, or its absence. `proof` holds the trie's nodes, root first. */
export function verifyAccount(
  crypto: NodeHasher,
  stateRoot: Uint8Array,
  address: Uint8Array,
  proof: readonly Uint8Array[],
): Accepted<AccountFacts> | Rejected<'proof_invalid'> {
  const leaf = verifyTrieProof(crypto, stateRoot, crypto.keccak256(address), proof);
  if (leaf.verdict === 'rejected') return leaf;
  if (leaf.value === undefined) return accepted(absent());
  const account = decodeAccount(leaf.value);
  return account ? accepted(account) : rejected('proof_invalid', 'the leaf is not an account');
}

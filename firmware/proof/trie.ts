/**
 * Proofs in a Merkle-Patricia trie (yellow paper, appendix D): the nodes from the root down to the end of the path,
 * each bound to the node above by its hash, or inside it if it is shorter than 32 bytes. A proof shows the value at a
 * path, or that there is none. It has exactly the nodes that are needed: with a node more, less or twice it is no
 * proof.
 */

import { RlpCursor } from '../bytes/rlp.js';
import { type Accepted, accepted, type Rejected, rejected } from '../bytes/verdict.js';

/** The root of a trie that holds nothing: keccak-256 of the RLP of an empty string. */
export const emptyRootHex = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';

/** Hashes paths, and nodes, each at its depth in a proof; `Crypto` is one. */
export interface NodeHasher {
  keccak256(bytes: Uint8Array): Uint8Array;
  isKeccak256(bytes: Uint8Array, hash: Uint8Array, depth?: number): boolean;
}

/** Accepted with the value at the path, or with undefined: nothing lies there. */
export type TrieVerdict = Accepted<Uint8Array | undefined> | Rejected<'proof_invalid'>;

const emptyString = 0x80;
/** The RLP prefix of a string of 32 bytes. */
const hashPrefix = 0xa0;
const HASH_ITEM_BYTES = 33;

const invalid = (index: number, why: string): Rejected<'proof_invalid'> =>
  rejected('proof_invalid', `node ${index}: ${why}`);

/**
 * Verifies a proof; the value is a view of its last node. Never throws, whatever the nodes are.
 *
 * @param root the trusted root hash, 32 bytes
 * @param path the key as it lies in the trie (for accounts and storage: hashed)
 * @param nodes the RLP of each node, from the root on; for an empty trie no node, or that of an empty string
 */
export function verifyTrieProof(
  crypto: NodeHasher,
  root: Uint8Array,
  path: Uint8Array,
  nodes: readonly Uint8Array[],
): TrieVerdict {
  if (nodes.length === 0 || (nodes.length === 1 && nodes[0].length === 1 && nodes[0][0] === emptyString)) {
    const empty = crypto.isKeccak256(Uint8Array.of(emptyString), root);
    return empty ? accepted(undefined) : invalid(0, 'missing, the trie is not empty');
  }
  const pathLength = path.length * 2;
  /** Nibbles of the path that are passed. */
  let depth = 0;
  let reference = root;
  const cursor = new RlpCursor(nodes[0]);
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index];
    if (!crypto.isKeccak256(node, reference, index))
      return invalid(index, 'its hash is not the one above it');
    cursor.bytes = node;
    let at = 0;
    let limit = node.length;
    // One turn for the node, and one for each node that lies embedded in it.
    for (let wholeNode = true; ; wholeNode = false) {
      if (!cursor.read(at, limit) || !cursor.isList) return invalid(index, 'not a list');
      if (wholeNode && cursor.end !== limit) return invalid(index, 'bytes after it');
      at = cursor.start;
      limit = cursor.end;
      const step = enter(cursor, path, depth, pathLength, at, limit);
      if (step === malformed) return invalid(index, 'neither branch, extension nor leaf');
      if (step === ended) {
        const last = index === nodes.length - 1;
        return last ? accepted(undefined) : invalid(index + 1, 'more than the path needs');
      }
      depth = step;
      if (depth > pathLength) {
        if (cursor.isList || cursor.length === 0) return invalid(index, 'a value that is none');
        const last = index === nodes.length - 1;
        return last ? accepted(cursor.payload) : invalid(index + 1, 'more than the path needs');
      }
      if (!cursor.isList) break;
      // An embedded node: the cursor stands on it.
      limit = cursor.end;
      at = cursor.start - 1;
    }
    reference = cursor.payload;
  }
  return invalid(nodes.length, 'missing');
}

/** Nothing lies at the path. */
const ended = -1;
const malformed = -2;

/**
 * Takes one step at the node whose items lie from `at` to `limit`, and leaves the cursor on the child to follow, or on
 * the value. Returns the new depth; one more than `pathLength` means that the cursor stands on the value.
 */
function enter(
  cursor: RlpCursor,
  path: Uint8Array,
  depth: number,
  pathLength: number,
  at: number,
  limit: number,
): number {
  const bytes = cursor.bytes;
  let count = 0;
  let next = at;
  const nibble = depth < pathLength ? nibbleAt(path, depth) : 16;
  let chosen = at;
  if (nibble < 16 && isFullBranch(bytes, at, limit)) {
    cursor.read(at + nibble * HASH_ITEM_BYTES, limit);
    return depth + 1;
  }
  const lastHash = limit - HASH_ITEM_BYTES;
  while (next < limit) {
    if (count === nibble) chosen = next;
    const prefix = bytes[next];
    // Most items are a hash or nothing, and that is seen at a glance.
    if (prefix === hashPrefix && next <= lastHash) {
      next += HASH_ITEM_BYTES;
    } else if (prefix === emptyString) {
      next++;
    } else {
      if (!cursor.read(next, limit)) return malformed;
      next = cursor.end;
    }
    if (++count > 17) return malformed;
  }
  if (count === 17) {
    cursor.read(chosen, limit);
    if (!cursor.isList && cursor.length === 0) return ended;
    if (nibble === 16) return pathLength + 1;
    return isReference(cursor, chosen) ? depth + 1 : malformed;
  }
  if (count !== 2) return malformed;

  cursor.read(at, limit);
  if (cursor.isList || cursor.length === 0) return malformed;
  const firstEnd = cursor.end;
  const flags = bytes[cursor.start] >> 4;
  const odd = flags & 1;
  if (flags > 3 || (odd === 0 && bytes[cursor.start] !== flags << 4)) return malformed;
  const isLeaf = flags >= 2;
  const keyNibbles = cursor.length * 2 - 2 + odd;
  if (!isLeaf && keyNibbles === 0) return malformed;
  if (isLeaf ? depth + keyNibbles !== pathLength : depth + keyNibbles > pathLength) return ended;
  // Nibbles of the encoded key: after one for the flags if their count is odd, else after two.
  if (!sameNibbles(bytes, cursor.start * 2 + 2 - odd, path, depth, keyNibbles)) return ended;
  cursor.read(firstEnd, limit);
  if (isLeaf) return pathLength + 1;
  return isReference(cursor, firstEnd) ? depth + keyNibbles : malformed;
}

/** True for the items of a branch of 16 hashes and no value, as most nodes near the root of a large trie are. */
function isFullBranch(bytes: Uint8Array, at: number, limit: number): boolean {
  const valueAt = at + 16 * HASH_ITEM_BYTES;
  if (limit !== valueAt + 1 || bytes[valueAt] !== emptyString) return false;
  let next = at;
  while (next < valueAt && bytes[next] === hashPrefix) next += HASH_ITEM_BYTES;
  return next === valueAt;
}

/** True when `count` nibbles of `bytes` from `at` are those of `other` from `otherAt`. */
function sameNibbles(
  bytes: Uint8Array,
  at: number,
  other: Uint8Array,
  otherAt: number,
  count: number,
): boolean {
  let done = 0;
  // The key of a leaf reaches to the end of the path: apart from its first nibble it stands there in whole bytes.
  if (((at ^ otherAt) & 1) === 0) {
    if ((at & 1) === 1 && count > 0) {
      if ((bytes[at >> 1] & 15) !== (other[otherAt >> 1] & 15)) return false;
      done = 1;
    }
    let index = (at + done) >> 1;
    let otherIndex = (otherAt + done) >> 1;
    for (; done + 2 <= count; done += 2) if (bytes[index++] !== other[otherIndex++]) return false;
  }
  for (; done < count; done++) {
    if (nibbleAt(bytes, at + done) !== nibbleAt(other, otherAt + done)) return false;
  }
  return true;
}

function nibbleAt(bytes: Uint8Array, index: number): number {
  const byte = bytes[index >> 1];
  return (index & 1) === 0 ? byte >> 4 : byte & 15;
}

/** True when the item last read, which begins at `at`, is a hash, or a node so short that it is embedded. */
function isReference(cursor: RlpCursor, at: number): boolean {
  return cursor.isList ? cursor.end - at < 32 : cursor.length === 32;
}

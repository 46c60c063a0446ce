/** A Merkle tree of which some nodes are given by generalized index; what nothing is said of is zero. */
import { hashPair } from '../../firmware/beacon/merkle.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';

const crypto = portableCrypto();

export interface SparseTree {
  root: Uint8Array;
  /** The siblings on the way from a node to the root, lowest first. */
  branch(index: number): Uint8Array[];
}

export function sparseTree(given: readonly (readonly [index: number, node: Uint8Array])[]): SparseTree {
  const nodes = new Map<number, Uint8Array>(given);
  const above = new Set<number>();
  for (const [index] of given) for (let at = index >> 1; at >= 1; at >>= 1) above.add(at);
  const zero = new Uint8Array(32);
  const node = (index: number): Uint8Array => {
    let found = nodes.get(index);
    if (!found) {
      found = above.has(index) ? hashPair(crypto, node(2 * index), node(2 * index + 1)) : zero;
      nodes.set(index, found);
    }
    return found;
  };
  return {
    root: node(1),
    branch(index) {
      const siblings: Uint8Array[] = [];
      for (let at = index; at > 1; at >>= 1) siblings.push(node(at ^ 1));
      return siblings;
    },
  };
}

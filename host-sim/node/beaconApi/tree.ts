/** A whole binary tree by generalized index: [1] is the root, the leaves come last. */

import { hashPair } from '../../../firmware/beacon/merkle.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';

const crypto = portableCrypto();

/** `count` leaves, a power of two; missing ones are zero. */
export function treeOf(leaves: readonly Uint8Array[], count: number = leaves.length): Uint8Array[] {
  const nodes: Uint8Array[] = [];
  for (let i = 0; i < count; i++) nodes[count + i] = leaves[i] ?? new Uint8Array(32);
  for (let i = count - 1; i >= 1; i--) nodes[i] = hashPair(crypto, nodes[2 * i], nodes[2 * i + 1]);
  return nodes;
}

/** The siblings on the way from a node to the root, lowest first. */
export function branchOf(nodes: readonly Uint8Array[], index: number): Uint8Array[] {
  const branch: Uint8Array[] = [];
  for (let at = index; at > 1; at >>= 1) branch.push(nodes[at ^ 1]);
  return branch;
}

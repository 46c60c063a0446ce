/**
 * The Merkle tree over the sectors of an image (RFC 9162, 2.1.1, with SHA-256): whoever knows its root tells a sector
 * of the image from any other bytes before it is written.
 */

import type { Crypto } from '../port/crypto.js';

/** Bytes of a sector; the last one of an image may have fewer. */
export const SECTOR_BYTES = 4096;
/** Bytes of a hash of the tree. */
export const HASH_BYTES = 32;

/** The hash function of the tree. */
export type TreeCrypto = Pick<Crypto, 'sha256'>;

/** The number of sectors of an image of so many bytes. */
export const sectorCount = (size: number): number => Math.ceil(size / SECTOR_BYTES);

/** The leaf (32 bytes) of a sector, given in pieces: what is read back from flash is not to be in memory at once. */
export const leafHash = (crypto: TreeCrypto, sector: Iterable<Uint8Array>): Uint8Array =>
  hashOf(crypto, 0, sector);

/** Leaves and nodes are hashed with different first bytes, so that no node passes for a sector (RFC 9162, 2.1.1). */
function hashOf(crypto: TreeCrypto, kind: number, pieces: Iterable<Uint8Array>): Uint8Array {
  const hash = crypto.sha256();
  hash.update(Uint8Array.of(kind));
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}

/** A tree that takes its leaves one by one and keeps the logarithm of their number. */
export class SectorTree {
  readonly #crypto: TreeCrypto;
  /** The roots of the whole subtrees so far, the largest first; `leaves` of each is a power of two. */
  readonly #subtrees: { hash: Uint8Array; leaves: number }[] = [];

  constructor(crypto: TreeCrypto) {
    this.#crypto = crypto;
  }

  /** Adds the next leaf, 32 bytes. */
  add(leaf: Uint8Array): void {
    const subtrees = this.#subtrees;
    subtrees.push({ hash: leaf, leaves: 1 });
    while (
      subtrees.length > 1 &&
      subtrees[subtrees.length - 2].leaves === subtrees[subtrees.length - 1].leaves
    )
      this.#join();
  }

  /** The root (32 bytes) of all leaves; undefined without any. Ends this tree. */
  root(): Uint8Array | undefined {
    while (this.#subtrees.length > 1) this.#join();
    return this.#subtrees[0]?.hash;
  }

  #join(): void {
    const right = this.#subtrees.pop()!;
    const left = this.#subtrees.pop()!;
    const hash = hashOf(this.#crypto, 1, [left.hash, right.hash]);
    this.#subtrees.push({ hash, leaves: left.leaves + right.leaves });
  }
}

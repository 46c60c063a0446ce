/**
 * The leaves of an image's Merkle tree as a server sends them, read as they arrive. All of them together lead to the
 * root or the list is refused, so one list stands for the paths of all sectors.
 */

import { HASH_BYTES, leafHash, SectorTree, type TreeCrypto } from './sectorTree.js';

/**
 * Bytes of each leaf that the board keeps, so that the list of the largest slot takes 4 KB. Bytes that pass for a
 * sector take 2^64 hashes to find, cost one erase, and end at the SHA-256 of the whole image.
 */
const CODE_BYTES = 8;

/** The list of one image's sectors. Nothing in it counts before `root` is what the manifest says. */
export class SectorList {
  readonly #crypto: TreeCrypto;
  readonly #codes: Uint8Array;
  readonly #count: number;
  readonly #tree: SectorTree;
  readonly #leaf = new Uint8Array(HASH_BYTES);
  #buffered = 0;
  #read = 0;
  #root: Uint8Array | undefined = undefined;

  /** `count` sectors, one or more. */
  constructor(crypto: TreeCrypto, count: number) {
    this.#crypto = crypto;
    this.#count = count;
    this.#codes = new Uint8Array(count * CODE_BYTES);
    this.#tree = new SectorTree(crypto);
  }

  /** The root (32 bytes) that the leaves lead to; undefined before all were read. */
  get root(): Uint8Array | undefined {
    return this.#root;
  }

  /** Takes the next bytes of the list; what lies beyond its end is passed over. */
  push(piece: Uint8Array): void {
    for (let at = 0; at < piece.length && this.#read < this.#count; ) {
      const taken = Math.min(piece.length - at, HASH_BYTES - this.#buffered);
      this.#leaf.set(piece.subarray(at, at + taken), this.#buffered);
      this.#buffered += taken;
      at += taken;
      if (this.#buffered === HASH_BYTES) this.#take();
    }
  }

  /** True when these pieces are the image's sector at that index. */
  holds(index: number, sector: Iterable<Uint8Array>): boolean {
    if (!this.#root) return false;
    const leaf = leafHash(this.#crypto, sector);
    for (let i = 0; i < CODE_BYTES; i++) if (leaf[i] !== this.#codes[index * CODE_BYTES + i]) return false;
    return true;
  }

  #take(): void {
    this.#tree.add(this.#leaf.slice());
    this.#codes.set(this.#leaf.subarray(0, CODE_BYTES), this.#read * CODE_BYTES);
    this.#buffered = 0;
    if (++this.#read === this.#count) this.#root = this.#tree.root();
  }
}

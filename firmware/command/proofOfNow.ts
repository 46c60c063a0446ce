/**
 * The proof of now by this boot's challenge. A head is a hash over all links before it. So a walk from a head back to
 * the link that carries the challenge shows that every head on its way was made after the challenge was; and a block
 * whose Device has one of those heads proves now at the block's level.
 */

import { toHex } from '../bytes/hex.js';

/** The greatest number of heads that are remembered; newer ones push out older ones. */
const CHALLENGED_HEADS_MAX = 32;

/** The heads that contain this boot's challenge, as walks find them. */
export class ProofOfNow {
  /** Oldest first. */
  readonly #heads = new Set<string>();
  /** Heads of the walk under way, newest first. */
  #walked: string[] = [];

  /** True once any link carried the challenge. */
  get known(): boolean {
    return this.#heads.size > 0;
  }

  /** Begins a walk. */
  begin(): void {
    this.#walked = [];
  }

  /** Notes a head on the walk's way back; `carries` is true when the head's own link carries the challenge. */
  see(head: Uint8Array, carries: boolean): void {
    // Beyond what is kept only the newest matter, which are walked first.
    if (this.#walked.length < CHALLENGED_HEADS_MAX) this.#walked.push(toHex(head));
    if (carries) this.#mark();
  }

  /** Ends a walk at a head that the board knew. */
  arrive(head: Uint8Array): void {
    if (this.contains(head)) this.#mark();
  }

  /** True when the head is known to contain the challenge. */
  contains(head: Uint8Array): boolean {
    return this.#heads.has(toHex(head));
  }

  #mark(): void {
    for (let i = this.#walked.length - 1; i >= 0; i--) this.#heads.add(this.#walked[i]);
    for (const oldest of this.#heads) {
      if (this.#heads.size <= CHALLENGED_HEADS_MAX) break;
      this.#heads.delete(oldest);
    }
  }
}

/**
 * Heads that contain this boot's challenge. A head is a hash over all that was linked before, so whoever walked from
 * one back to the link that carries the challenge knows it of every head between; and a block that is trusted at any
 * level proves now at that level if the Device's head in it is one of them.
 */

import { toHex } from '../bytes/hex.js';

/** Newer ones push out older ones. */
const MAXIMUM_HEADS = 32;

export class ProofOfNow {
  /** Oldest first. */
  readonly #heads = new Set<string>();
  #walked: string[] = [];

  /** Whether any link carried the challenge. */
  get known(): boolean {
    return this.#heads.size > 0;
  }

  begin(): void {
    this.#walked = [];
  }

  /** A head on the way back; `carries`: its own link carries the challenge. */
  see(head: Uint8Array, carries: boolean): void {
    // Beyond what is kept only the newest matter, which were walked first.
    if (this.#walked.length < MAXIMUM_HEADS) this.#walked.push(toHex(head));
    if (carries) this.#mark();
  }

  /** The way back ended at a head that the board knew. */
  arrive(head: Uint8Array): void {
    if (this.contains(head)) this.#mark();
  }

  contains(head: Uint8Array): boolean {
    return this.#heads.has(toHex(head));
  }

  #mark(): void {
    for (let i = this.#walked.length - 1; i >= 0; i--) this.#heads.add(this.#walked[i]);
    for (const oldest of this.#heads) {
      if (this.#heads.size <= MAXIMUM_HEADS) break;
      this.#heads.delete(oldest);
    }
  }
}

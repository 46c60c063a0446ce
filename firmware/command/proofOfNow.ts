/**
 * The proof of now by this boot's challenge. A head is a hash over all links before it. So a walk from a head back to
 * the link that carries the challenge shows that every head on its way was made after the challenge was; and a block
 * whose Device has one of those heads proves now at the block's level.
 */

import { equal } from '../bytes/equal.js';

/** The greatest number of heads that are remembered; newer ones push out older ones. */
const CHALLENGED_HEADS_MAX = 32;
const HEAD_BYTES = 32;

/** The heads that contain this boot's challenge, as walks find them. */
export class ProofOfNow {
  /** In one piece of memory from the beginning: each order adds one, and must not cost a board more. */
  readonly #heads = new Uint8Array(CHALLENGED_HEADS_MAX * HEAD_BYTES);
  /** Of all that were noted; the newest have places. */
  #count = 0;
  /** Heads of the walk under way, newest first. */
  #walked: Uint8Array[] = [];
  /** The greatest receipt counter that envelopes with the challenge name, in the walk under way. */
  #receipts = 0;

  /** True once any link carried the challenge. */
  get known(): boolean {
    return this.#count > 0;
  }

  /** Begins a walk. */
  begin(): void {
    this.#receipts = 0;
    this.#walked = [];
  }

  /** The greatest receipt counter that its operators know, as far as the last walk met the challenge; 0 for none. */
  get receipts(): number {
    return this.#receipts;
  }

  /**
   * Notes a head on the walk's way back; `receipts` is the counter that the envelope of the head's own link names, or
   * undefined when the envelope is not there or does not carry the challenge.
   */
  see(head: Uint8Array, receipts: number | undefined): void {
    // Beyond what is kept only the newest matter, which are walked first.
    if (this.#walked.length < CHALLENGED_HEADS_MAX) this.#walked.push(head);
    if (receipts === undefined) return;
    this.#mark();
    this.#receipts = Math.max(this.#receipts, receipts);
  }

  /** Ends a walk at a head that the board knew. */
  arrive(head: Uint8Array): void {
    if (this.contains(head)) this.#mark();
    this.#walked = [];
  }

  /** Forgets the receipts that were named: the board's journal was begun anew, and counts from zero. */
  forgetReceipts(): void {
    this.#receipts = 0;
  }

  /** True when the head is known to contain the challenge. */
  contains(head: Uint8Array): boolean {
    const kept = Math.min(this.#count, CHALLENGED_HEADS_MAX);
    for (let place = 0; place < kept; place++) if (equal(this.#headAt(place), head)) return true;
    return false;
  }

  #mark(): void {
    for (let i = this.#walked.length - 1; i >= 0; i--) {
      if (this.contains(this.#walked[i])) continue;
      this.#headAt(this.#count % CHALLENGED_HEADS_MAX).set(this.#walked[i]);
      this.#count++;
    }
  }

  #headAt(place: number): Uint8Array {
    return this.#heads.subarray(place * HEAD_BYTES, (place + 1) * HEAD_BYTES);
  }
}

/** The envelopes that an operator has linked, and the choice of those that go out in a round of deliveries. */

/** Envelopes with a receipt that go out once more in one round: a board has places for ten. */
const AGAIN_MAX = 4;
/** Envelopes kept for a board that says that one is withheld. */
const KEPT_MAX = 64;

export interface KeptOrder {
  hash: string;
  /** As they are delivered. */
  bytes: Uint8Array;
  /** Links it once more, as it is. */
  link(): Promise<unknown>;
  /** Virtual milliseconds: it is delivered from then on. */
  fromMs: number;
}

export class KeptOrders {
  #kept: KeptOrder[] = [];
  /** Of the last so many all go out once more, some in each round. */
  #left = 0;

  add(order: KeptOrder): void {
    this.#kept = [...this.#kept, order].slice(-KEPT_MAX);
  }

  /** Those that the operator goes by: the oldest first. */
  get all(): readonly KeptOrder[] {
    return this.#kept;
  }

  drop(hash: string): void {
    this.#kept = this.#kept.filter(kept => kept.hash !== hash);
  }

  /**
   * The board says that it is void. Asked again later it may have a receipt all the same: one that was lost before, or
   * of a link that disagrees with its envelope.
   */
  postpone(hash: string, fromMs: number): void {
    this.#kept = this.#kept.map(kept => (kept.hash === hash ? { ...kept, fromMs } : kept));
  }

  /** The board lacks one that it may have had: everything goes out once more. */
  again(): void {
    if (this.#left === 0) this.#left = this.#kept.length;
  }

  /**
   * Everything without a receipt, and of the others those whose turn it is. The newest goes first: it carries the newest
   * challenge, without which a board that restarted runs none of those before it.
   */
  round(nowMs: number, isReceipted: (hash: string) => boolean): readonly KeptOrder[] {
    const from = Math.max(0, this.#kept.length - this.#left);
    const to = this.#left > 0 ? from + AGAIN_MAX : from;
    this.#left = Math.max(0, this.#left - AGAIN_MAX);
    const inOrder = this.#kept.map((kept, at) => ({ kept, isDue: at >= from && at < to }));
    const newest = inOrder.pop();
    return [...(newest ? [newest] : []), ...inOrder]
      .filter(({ isDue, kept }) => nowMs >= kept.fromMs && (isDue || !isReceipted(kept.hash)))
      .map(({ kept }) => kept);
  }
}

/** The virtual time that orders take, from their transaction to their receipt at the broker. */

/** Of orders that were done, milliseconds of virtual time that so many of a hundred took at most; 0 without any. */
export interface SettlingTimes {
  orders: number;
  p50: number;
  p95: number;
  p99: number;
}

export class Settling {
  readonly #sinceMs = new Map<string, number>();
  readonly #tookMs: number[] = [];

  /** Its transaction is sent now. */
  sent(envelope: string, nowMs: number): void {
    this.#sinceMs.set(envelope, nowMs);
  }

  /** Its receipt, told once or more often. */
  done(envelope: string, nowMs: number): void {
    const sinceMs = this.#sinceMs.get(envelope);
    if (sinceMs === undefined) return;
    this.#sinceMs.delete(envelope);
    this.#tookMs.push(nowMs - sinceMs);
  }

  get times(): SettlingTimes {
    const sorted = [...this.#tookMs].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
    return { orders: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }
}

/** Time as a port. It only counts forward: no port tells the calendar time, because nobody proves it to a board. */
export interface Clock {
  /**
   * Milliseconds since an arbitrary instant of this boot; never goes back. Light sleep is counted. Deep sleep ends a
   * boot: what was slept is counted nowhere, since the oscillator that counts there drifts by percents.
   */
  monotonic(): number;
  /** Calls back once after `milliseconds`, never before it has returned; the returned function cancels. */
  after(milliseconds: number, callback: () => void): () => void;
}

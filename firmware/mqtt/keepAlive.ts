/**
 * The times to ping, and the time at which a peer counts as dead (MQTT section 3.1.2.10). A half-open connection shows
 * in what does not arrive. Only whole packets count as life, so a peer that drips bytes is dead too.
 */
export interface KeepAliveOptions {
  /** The keep-alive that the server was told. */
  seconds: number;
  /** The time for the answer to a ping. */
  graceMilliseconds: number;
  /** The interval at which `due` is asked; a gap of more than three means that the board itself was busy. */
  tickMilliseconds: number;
  now: number;
}

export class KeepAlive {
  readonly #interval: number;
  readonly #options: KeepAliveOptions;
  #lastSent: number;
  #lastReceived: number;
  #pinged: number | undefined = undefined;
  #asked: number;

  constructor(options: KeepAliveOptions) {
    this.#options = options;
    // The server gives up after one and a half intervals; three quarters leave room for a slow link.
    this.#interval = options.seconds * 750;
    this.#lastSent = this.#lastReceived = this.#asked = options.now;
  }

  sent(now: number): void {
    this.#lastSent = now;
  }

  received(now: number): void {
    this.#lastReceived = now;
    this.#pinged = undefined;
  }

  /** The thing to do now. After `ping` the caller sends one. */
  due(now: number): 'ping' | 'dead' | undefined {
    const busy = now - this.#asked > 3 * this.#options.tickMilliseconds;
    this.#asked = now;
    if (this.#pinged !== undefined) {
      if (busy) this.#pinged = now;
      return now - this.#pinged >= this.#options.graceMilliseconds ? 'dead' : undefined;
    }
    if (now - Math.min(this.#lastSent, this.#lastReceived) < this.#interval) return undefined;
    this.#pinged = now;
    return 'ping';
  }
}

/** One way of a connection: pieces arrive in the order in which they were sent, each after its delay. */
import type { VirtualTime } from './time.js';

/** Bytes that may be on their way at once. */
export const WINDOW_BYTES = 65_536;

/** The state of the line, asked for each piece. */
export interface Way {
  delayMs(): number;
  /** Milliseconds until anything gets through again; 0 when it does. */
  silenceMs(): number;
  /** The pieces in place of a piece that was sent: changed, none, twice. As it is if left out. */
  carry?(bytes: Uint8Array): readonly Uint8Array[];
}

/** The receiving end. */
export interface Arrival {
  /** @param waiting bytes that are still on their way */
  onBytes(bytes: Uint8Array, waiting: number): void;
  onEnd(): void;
}

/** Bytes in one direction, and the end behind the last. */
export class Direction {
  readonly #time: VirtualTime;
  readonly #way: Way;
  readonly #arrival: Arrival;
  #pieces: (Uint8Array | 'end')[] = [];
  #lastMs = 0;
  #isOver = false;
  waitingBytes = 0;

  constructor(time: VirtualTime, way: Way, arrival: Arrival) {
    this.#time = time;
    this.#way = way;
    this.#arrival = arrival;
  }

  /** The bytes are the receiver's from now on. */
  send(bytes: Uint8Array): void {
    if (this.#isOver || bytes.length === 0) return;
    for (const piece of this.#way.carry?.(bytes) ?? [bytes]) {
      this.waitingBytes += piece.length;
      this.#put(piece);
    }
  }

  /** Nothing comes after what was sent. Idempotent. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#put('end');
  }

  /** Forgets what is on its way; nothing arrives any more. */
  drop(): void {
    this.#isOver = true;
    this.#pieces = [];
    this.waitingBytes = 0;
  }

  #put(piece: Uint8Array | 'end'): void {
    this.#pieces.push(piece);
    this.#lastMs = Math.max(this.#lastMs, this.#time.nowMs + this.#way.delayMs());
    this.#time.after(this.#lastMs - this.#time.nowMs, () => this.#arrive());
  }

  #arrive(): void {
    const silence = this.#way.silenceMs();
    if (silence > 0) {
      this.#time.after(silence, () => this.#arrive());
      return;
    }
    // The oldest, whichever event this is: what was held back by a silence must not be overtaken.
    const piece = this.#pieces.shift();
    if (piece === undefined) return;
    if (piece === 'end') return void this.#arrival.onEnd();
    this.waitingBytes -= piece.length;
    this.#arrival.onBytes(piece, this.waitingBytes);
  }
}

/**
 * The prover behind the broker as an image server, for a board that has room for one connection: it gives a file in
 * pieces of a sector, each the answer to a question of its own. It is believed as little as any image server.
 */

import { readNumber } from '../bytes/bigEndian.js';
import type { Clock } from '../port/clock.js';
import { type Prover, questions } from '../trust/prover.js';
import { SECTOR_BYTES } from './sectorTree.js';
import {
  ENDED,
  type ImageSource,
  incomplete,
  type SourceFailure,
  slowness,
  type Wanted,
  wrong,
} from './source.js';

/** The name by which the sources of a download know it; no URL. */
export const BROKER_SOURCE = 'the prover at the broker';

/** Bytes of an answer before the piece: the length of the whole file, big-endian. An empty answer: there is no such file. */
export const PIECE_HEAD_BYTES = 4;
/** Bytes of an answer at most. */
export const PIECE_ANSWER_BYTES_MAX = PIECE_HEAD_BYTES + SECTOR_BYTES;

/** Milliseconds between two questions: a prover answers eight a second, and the board's proofs are to find room. */
const PIECE_EVERY_MS = 250;

/** The ports, and the prover. */
export interface BrokerSourceOptions {
  clock: Clock;
  prover: Pick<Prover, 'ask'>;
  /** Bytes a second that it gives on average, or it is left. */
  floorBytesPerSecond: number;
}

/** The files of a release from a prover, one after the other. */
export class BrokerSource implements ImageSource {
  readonly #clock: Clock;
  readonly #floor: number;
  readonly #prover: Pick<Prover, 'ask'>;
  /** The beginning, later by the time for which nothing was asked. */
  #since: number;
  #cancelled = false;
  /** Ends a pause. */
  #wake: (() => void) | undefined = undefined;
  #received = 0;

  constructor({ clock, floorBytesPerSecond, prover }: BrokerSourceOptions) {
    this.#clock = clock;
    this.#floor = floorBytesPerSecond;
    this.#prover = prover;
    this.#since = clock.monotonic();
  }

  async fetch({ bytesMax, digest, from, onBody, onHead, path }: Wanted): Promise<SourceFailure | undefined> {
    for (let at = from, size = 0; ; await this.#pause()) {
      if (this.#cancelled) return incomplete(BROKER_SOURCE, ENDED);
      const answer = await this.#prover.ask(questions.file(path, at), PIECE_ANSWER_BYTES_MAX);
      if (this.#cancelled) return incomplete(BROKER_SOURCE, ENDED);
      if (answer.verdict !== 'accepted')
        return incomplete(BROKER_SOURCE, `gives nothing: ${answer.evidence}`);
      const length = readNumber(answer.value, 0, PIECE_HEAD_BYTES);
      const piece = answer.value.subarray(PIECE_HEAD_BYTES);
      if (length === undefined || piece.length === 0)
        return incomplete(BROKER_SOURCE, `has no ${path} from byte ${at}`);
      if (length > bytesMax || at + piece.length > length || (size !== 0 && size !== length))
        return wrong(BROKER_SOURCE, 'image_size', `gives ${piece.length} bytes at ${at} of ${length}`);
      const failure = size === 0 ? onHead?.(headOf(at, length)) : undefined;
      if (failure) return failure;
      size = length;
      at += piece.length;
      this.#received += piece.length;
      const begun = this.#clock.monotonic();
      const outcome = onBody(piece) ?? (await digest?.());
      this.#since += this.#clock.monotonic() - begun;
      if (outcome === 'enough') return undefined;
      if (outcome) return outcome;
      if (at === length) return undefined;
      const slow = slowness(this.#received, this.#clock.monotonic() - this.#since, this.#floor);
      if (slow !== undefined) return incomplete(BROKER_SOURCE, slow);
    }
  }

  cancel(): void {
    this.#cancelled = true;
    this.#wake?.();
  }

  close(): void {
    this.cancel();
  }

  #pause(): Promise<void> {
    return new Promise(resolve => {
      const stop = this.#clock.after(PIECE_EVERY_MS, resolve);
      this.#wake = () => {
        stop();
        resolve();
      };
    });
  }
}

/** The head that a server would have sent before a range from there. */
const headOf = (first: number, length: number) => ({
  status: 206,
  contentRange: { first, length },
  chunked: false,
  keepAlive: true,
});

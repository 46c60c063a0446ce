/** One image server while something is fetched from it. It is not believed, and not waited for beyond its pace. */

import { type Rejected, rejected, type Undetermined, undetermined } from '../bytes/verdict.js';
import type { Clock } from '../port/clock.js';
import type { Network } from '../port/socket.js';
import { type HttpExchange, LEAST_RATE } from '../rpc/exchange.js';
import { HttpClient } from '../rpc/http.js';
import type { ResponseHead } from '../rpc/responseHead.js';
import { parseUrl, type Url } from '../rpc/url.js';
import { pathOn } from './gateway.js';

/** The answer that a server did not give, and whether that is its fault. */
export type SourceFailure = Rejected<'image_hash' | 'image_size'> | Undetermined<'incomplete'>;

/** The server and the ports that it is reached through. */
export interface SourceOptions {
  clock: Clock;
  network: Network;
  /** Base URL. */
  server: string;
  /** Bytes a second that the server gives on average, or it is left. */
  floorBytesPerSecond: number;
}

/** One thing that is wanted of a server. Either callback ends the request with a failure that it returns. */
export interface Wanted {
  /** Path below the server's base URL. */
  path: string;
  /** The first byte that is wanted. */
  from: number;
  /** Bytes of an answer that are read, whatever they are. */
  bytesMax: number;
  onHead?(head: ResponseHead): SourceFailure | undefined;
  onBody(piece: Uint8Array): SourceFailure | 'enough' | undefined;
  /**
   * Called after pieces, one call at a time: nothing more is read before it resolves, but for what was read already. It
   * ends the request as `onBody` does, and its time does not count against the server.
   */
  digest?(): Promise<SourceFailure | 'enough' | undefined>;
}

/** The average rate below which a server is left, unless the board is configured otherwise. */
export const FLOOR_BYTES_PER_SECOND = 2048;

/** Milliseconds of connecting and thinking that do not count, and between two looks at the average. */
export const GRACE_MS = 5000;

/** One source of files while it is asked for one after the other. To be closed in the end. */
export interface ImageSource {
  /** Resolves with the failure, or with nothing when the source gave what it was asked for. Never rejects. */
  fetch(wanted: Wanted): Promise<SourceFailure | undefined>;
  /** Ends a request that runs, and begins no other. */
  cancel(): void;
  close(): void;
}

/** The verdict that a source of that name gave less than it should; whether it lies is not known. */
export const incomplete = (source: string, why: string): Undetermined<'incomplete'> =>
  undetermined('incomplete', `${source} ${why}`);

/** The verdict that a source of that name gave other bytes than are proven. */
export const wrong = (
  source: string,
  code: 'image_hash' | 'image_size',
  why: string,
): Rejected<'image_hash' | 'image_size'> => rejected(code, `${source} ${why}`);

/** The evidence of a source that is not to be asked any more. */
export const ENDED = 'is not asked any more';

/** The evidence that a source was too slow on average; undefined where it was not. */
export const slowness = (bytes: number, milliseconds: number, floor: number): string | undefined =>
  bytes * 1000 < (milliseconds - GRACE_MS) * floor
    ? `gave ${bytes} bytes in ${Math.round(milliseconds / 1000)} s`
    : undefined;

/** The requests to one server, one after the other. */
export class Source implements ImageSource {
  readonly #client: HttpClient | undefined;
  readonly #clock: Clock;
  readonly #floor: number;
  readonly #server: string;
  /** The beginning, later by the time for which nothing was read. */
  #since: number;
  /** Since then nothing is read. */
  #heldSince: number | undefined = undefined;
  readonly #url: Url | undefined;
  #exchange: HttpExchange | undefined = undefined;
  #cancelled = false;
  /** Bytes of body, of all requests. */
  #received = 0;

  constructor({ clock, floorBytesPerSecond, network, server }: SourceOptions) {
    this.#clock = clock;
    this.#floor = floorBytesPerSecond;
    this.#since = clock.monotonic();
    this.#server = server;
    this.#url = parseUrl(server);
    this.#client = this.#url && new HttpClient({ network, clock, url: this.#url });
  }

  async fetch({
    bytesMax,
    digest,
    from,
    onBody,
    onHead,
    path: file,
  }: Wanted): Promise<SourceFailure | undefined> {
    if (!this.#client || !this.#url) return incomplete(this.#server, 'is not a URL');
    const path = pathOn(this.#url.path, file);
    if (path === undefined) return incomplete(this.#server, 'has no lists of sectors');
    if (this.#cancelled) return incomplete(this.#server, ENDED);
    let failure: SourceFailure | undefined;
    let done = false;
    let status = 0;
    const end = (outcome: SourceFailure | 'enough' | undefined) => {
      if (outcome === undefined || done) return;
      done = true;
      if (outcome !== 'enough') failure = outcome;
      this.#exchange?.cancel();
    };
    let isFed = false;
    let digesting: Promise<void> | undefined;
    const digestAll = async (each: NonNullable<Wanted['digest']>) => {
      const exchange = this.#exchange;
      exchange?.pause();
      this.#heldSince = this.#clock.monotonic();
      while (isFed && !done) {
        isFed = false;
        end(await each());
      }
      this.#since += this.#clock.monotonic() - this.#heldSince;
      this.#heldSince = undefined;
      digesting = undefined;
      exchange?.resume();
    };
    this.#exchange = this.#client.request({
      method: 'GET',
      path,
      ...(from > 0 && { range: { first: from } }),
      mostBytes: bytesMax,
      floor: LEAST_RATE,
      onHead: head => {
        status = head.status;
        if (status === 200 || status === 206 || status === 416) end(onHead?.(head));
      },
      onBody: piece => {
        this.#received += piece.length;
        if (done || (status !== 200 && status !== 206)) return;
        end(onBody(piece));
        isFed = true;
        if (digest) digesting ??= digestAll(digest);
      },
    });
    const stopPace = this.#keepPace(end);
    const outcome = await this.#exchange.outcome;
    await digesting;
    stopPace();
    this.#exchange = undefined;
    if (failure) return failure;
    if (done) return undefined;
    if (status !== 0 && status !== 200 && status !== 206)
      return incomplete(this.#server, `answers ${status}`);
    return outcome.verdict === 'accepted' ? undefined : this.#failureOf(outcome);
  }

  cancel(): void {
    this.#cancelled = true;
    this.#exchange?.cancel();
  }

  close(): void {
    this.#client?.close();
  }

  /** Looks every few seconds whether the server is as fast as it must be on average. Returns what ends that. */
  #keepPace(end: (failure: SourceFailure) => void): () => void {
    const look = () => {
      const elapsedMs = (this.#heldSince ?? this.#clock.monotonic()) - this.#since;
      const slow = slowness(this.#received, elapsedMs, this.#floor);
      if (slow !== undefined) end(incomplete(this.#server, slow));
      else stop = this.#clock.after(GRACE_MS, look);
    };
    let stop = this.#clock.after(GRACE_MS, look);
    return () => stop();
  }

  #failureOf(outcome: { verdict: string; code?: string; evidence: string }): SourceFailure {
    if (outcome.code === 'oversized') return wrong(this.#server, 'image_size', `sends ${outcome.evidence}`);
    return incomplete(this.#server, `gives nothing: ${outcome.evidence}`);
  }
}

/**
 * JSON-RPC 2.0 over HTTP to one endpoint, one call a request. Nothing it says is believed; of what it says the fields
 * that a call names are kept while the answer streams in, so that memory depends on the question alone.
 */
import { encodeText } from '../bytes/text.js';
import { rejected, undetermined } from '../bytes/verdict.js';
import { portableJson } from '../json/portable.js';
import { JsonScan } from '../json/scan.js';
import type { Kept, Shape } from '../json/shape.js';
import type { Clock } from '../port/clock.js';
import type { Json } from '../port/json.js';
import type { Network } from '../port/socket.js';
import { answerShape, type CallResult, ERROR_BYTES_MAX, quote, readAnswer } from './answer.js';
import { LEAST_RATE } from './exchange.js';
import { HttpClient } from './http.js';
import { hostHeader, parseUrl } from './url.js';

export type { CallResult, RpcCause } from './answer.js';

interface Question {
  method: string;
  params: readonly unknown[];
}

export interface RpcCall<S extends Shape = Shape> extends Question {
  /** The wanted part of the result. */
  result: S;
  /** Bytes of the result that are kept; each value costs four more than its own, each array and object three. */
  keptBytesMax: number;
  /** Asked, and from then on, where an endpoint has no such method; it must answer the same. */
  instead?: Question;
}

export interface RpcEndpoint {
  /** For people: scheme, host and port. The path is left out, since providers put their keys into it. */
  readonly url: string;
  /** It gave no whole answer in time when it was asked last: others are asked first. */
  readonly slow: boolean;
  /** Never rejects. @param timeoutMilliseconds less than the endpoint's own, where that matters */
  call<S extends Shape>(call: RpcCall<S>, timeoutMilliseconds?: number): Promise<CallResult<Kept<S>>>;
  close(): void;
}

export interface JsonRpcEndpointOptions {
  network: Network;
  clock: Clock;
  /** Portable if left out. */
  json?: Json;
  /** http or https. */
  url: string;
  /** For one HTTP request, from call to last byte; 10 s. */
  timeoutMilliseconds?: number;
  /** Bytes of one answer that are read; 2 MiB. */
  bodyBytesMax?: number;
}

/** A block of 10,000 transactions names them in 690 KB. */
const BODY_BYTES_MAX = 2 << 20;

/** Those that did not answer in time come last; else in their order. */
export const slowLast = <T extends { readonly slow: boolean }>(endpoints: readonly T[]): T[] =>
  [...endpoints].sort((a, b) => Number(a.slow) - Number(b.slow));

/** One endpoint and the connection to it. Calls go one after the other. */
export class JsonRpcEndpoint implements RpcEndpoint {
  readonly url: string;
  readonly #options: Required<JsonRpcEndpointOptions>;
  readonly #http: HttpClient;
  /** Methods that have another one instead: those that it answered, and those that it does not have. */
  readonly #has = new Set<string>();
  readonly #lacks = new Set<string>();
  #nextId = 1;
  #slow = false;

  /** Throws a RangeError on a URL that `parseUrl` refuses. */
  constructor(options: JsonRpcEndpointOptions) {
    const url = parseUrl(options.url);
    if (url === undefined || !url.scheme.startsWith('http')) throw new RangeError('not an http URL');
    this.url = `${url.scheme}://${hostHeader(url)}`;
    this.#options = {
      ...options,
      json: options.json ?? portableJson(),
      timeoutMilliseconds: options.timeoutMilliseconds ?? 10_000,
      bodyBytesMax: options.bodyBytesMax ?? BODY_BYTES_MAX,
    };
    this.#http = new HttpClient({ network: options.network, clock: options.clock, url });
  }

  get slow(): boolean {
    return this.#slow;
  }

  call<S extends Shape>(call: RpcCall<S>, timeoutMilliseconds?: number): Promise<CallResult<Kept<S>>> {
    // Not an async function: each that waits for another costs a chip a kilobyte for as long as it waits.
    const { instead } = call;
    if (!instead) return this.#ask(call, call, timeoutMilliseconds);
    if (this.#lacks.has(call.method)) return this.#ask(call, instead, timeoutMilliseconds);
    return this.#askEither(call, instead, timeoutMilliseconds);
  }

  async #askEither<S extends Shape>(
    call: RpcCall<S>,
    instead: Question,
    timeoutMilliseconds?: number,
  ): Promise<CallResult<Kept<S>>> {
    const { method } = call;
    const answer = await this.#ask(call, call, timeoutMilliseconds);
    if (answer.verdict === 'accepted') {
      this.#has.add(method);
      return answer;
    }
    const isUnsupported = answer.verdict === 'undetermined' && answer.cause === 'unsupported';
    // Proxies refuse what they do not know in their own ways.
    if (this.#slow || (this.#has.has(method) && !isUnsupported)) return answer;
    const other = await this.#ask(call, instead, timeoutMilliseconds);
    // Remembered only if it helped: the endpoint may have had a bad moment.
    if (other.verdict === 'accepted') this.#lacks.add(method);
    return other;
  }

  close(): void {
    this.#http.close();
  }

  async #ask<S extends Shape>(
    { result, keptBytesMax }: RpcCall<S>,
    { method, params }: Question,
    timeoutMilliseconds = this.#options.timeoutMilliseconds,
  ): Promise<CallResult<Kept<S>>> {
    // XS has an async function on its caller's stack until it first waits: what follows begins on a stack of its own.
    await undefined;
    const id = this.#nextId++;
    const scan = new JsonScan(this.#options.json, answerShape(result), keptBytesMax + ERROR_BYTES_MAX);
    let status = 0;
    let isGood = true;
    const exchange = this.#http.request({
      method: 'POST',
      body: encodeQuestion(id, method, params),
      mostBytes: this.#options.bodyBytesMax,
      timeoutMilliseconds: Math.min(timeoutMilliseconds, this.#options.timeoutMilliseconds),
      floor: LEAST_RATE,
      onHead: head => {
        status = head.status;
      },
      onBody: piece => {
        isGood = scan.push(piece);
        if (!isGood) exchange.cancel();
      },
    });
    const outcome = await exchange.outcome;
    this.#slow = outcome.verdict === 'undetermined' && outcome.cause === 'unreachable';
    if (outcome.verdict === 'rejected') return rejected('malformed', quote(outcome.evidence));
    if (outcome.verdict === 'undetermined' && isGood)
      return undetermined('unreachable', quote(outcome.evidence));
    const scanned = scan.end();
    const isRefusal = scanned.verdict === 'accepted' && (scanned.value as { error?: unknown } | null)?.error;
    if ((status < 200 || status > 299) && !isRefusal)
      return undetermined('unreachable', `HTTP status ${status}`);
    if (scanned.verdict === 'rejected') return rejected('malformed', scanned.evidence);
    return readAnswer(scanned.value, id);
  }
}

function encodeQuestion(id: number, method: string, params: readonly unknown[]): Uint8Array {
  // A copy: XS marks what it makes text of, and cannot mark a list that was preloaded.
  return encodeText(JSON.stringify({ jsonrpc: '2.0', id, method, params: [...params] }));
}

/**
 * JSON-RPC 2.0 over HTTP to one endpoint. Nothing it says is believed; it is only brought into types, within
 * limits of size, depth and time, so that a caller can tell an endpoint that lies from one that cannot answer.
 */
import { encodeText } from '../bytes/text.js';
import { accepted, rejected, undetermined, type Verdict } from '../bytes/verdict.js';
import type { Clock } from '../port/clock.js';
import type { Network } from '../port/socket.js';
import { type CallResult, isRefusedWhole, matchBatch, matchSingle, quote, type RpcCause } from './answer.js';
import type { HttpOutcome } from './exchange.js';
import { HttpClient } from './http.js';
import { defaultJsonLimits, parseJson } from './json.js';
import { hostHeader, parseUrl } from './url.js';

export type { CallResult, RpcCause } from './answer.js';

export interface RpcCall {
  method: string;
  params: readonly unknown[];
}

/** A result for each call, in their order; or why the endpoint said nothing that could be matched to them. */
export type BatchResult = Verdict<CallResult[], 'malformed', RpcCause>;

export interface RpcEndpoint {
  /** For people: scheme, host and port. The path is left out, since providers put their keys into it. */
  readonly url: string;
  /** Never rejects. */
  batch(calls: readonly RpcCall[]): Promise<BatchResult>;
  close(): void;
}

export interface JsonRpcEndpointOptions {
  network: Network;
  clock: Clock;
  /** http or https. */
  url: string;
  /** For one HTTP request, from call to last byte; 10 s. */
  timeoutMilliseconds?: number;
  /** Bytes of one answer; 256 KiB. */
  mostBytes?: number;
  /** Nested arrays and objects of an answer; 16. */
  mostDepth?: number;
  /** Values in an answer; 8192. */
  mostValues?: number;
  /** Calls in one HTTP request, more are split; 16. */
  mostCalls?: number;
}

/** A batch that is refused with one of these goes again, call by call; other statuses speak of the endpoint. */
const refusesBatch = [400, 413, 415, 422, 500, 501];

type Post = { answer: unknown } | { failed: Exclude<BatchResult, { verdict: 'accepted' }>; status?: number };

export class JsonRpcEndpoint implements RpcEndpoint {
  readonly url: string;
  readonly #options: Required<JsonRpcEndpointOptions>;
  readonly #http: HttpClient;
  #nextId = 1;
  #batches = true;

  /** Throws a RangeError on a URL that `parseUrl` refuses. */
  constructor(options: JsonRpcEndpointOptions) {
    const url = parseUrl(options.url);
    if (url === undefined || !url.scheme.startsWith('http')) throw new RangeError('not an http URL');
    this.url = `${url.scheme}://${hostHeader(url)}`;
    this.#options = {
      ...options,
      timeoutMilliseconds: options.timeoutMilliseconds ?? 10_000,
      mostBytes: options.mostBytes ?? defaultJsonLimits.bytes,
      mostDepth: options.mostDepth ?? defaultJsonLimits.depth,
      mostValues: options.mostValues ?? defaultJsonLimits.values,
      mostCalls: options.mostCalls ?? 16,
    };
    this.#http = new HttpClient({ network: options.network, clock: options.clock, url });
  }

  async batch(calls: readonly RpcCall[]): Promise<BatchResult> {
    // XS has an async function on its caller's stack until it first waits: what follows begins on a stack of its own.
    await undefined;
    const results: CallResult[] = [];
    for (let from = 0; from < calls.length; from += this.#options.mostCalls) {
      const group = await this.#group(calls.slice(from, from + this.#options.mostCalls));
      if (group.verdict !== 'accepted') return group;
      results.push(...group.value);
    }
    return accepted(results);
  }

  close(): void {
    this.#http.close();
  }

  async #group(calls: readonly RpcCall[]): Promise<BatchResult> {
    if (calls.length === 1 || !this.#batches) return this.#oneByOne(calls);
    const firstId = this.#takeIds(calls.length);
    const post = await this.#post(
      calls.map((call, i) => ({ jsonrpc: '2.0', id: firstId + i, ...pick(call) })),
    );
    if ('failed' in post) {
      if (post.status === undefined || !refusesBatch.includes(post.status)) return post.failed;
    } else if (Array.isArray(post.answer)) {
      return accepted(matchBatch(post.answer, firstId, calls.length));
    } else if (!isRefusedWhole(post.answer)) {
      return rejected('malformed', 'a batch answered with something else');
    }
    const singly = await this.#oneByOne(calls);
    // Remembered only if it helped: the endpoint may have had a bad moment.
    if (singly.verdict === 'accepted' && singly.value.some(result => result.verdict === 'accepted')) {
      this.#batches = false;
    }
    return singly;
  }

  async #oneByOne(calls: readonly RpcCall[]): Promise<BatchResult> {
    const results: CallResult[] = [];
    for (const call of calls) {
      const id = this.#takeIds(1);
      const post = await this.#post({ jsonrpc: '2.0', id, ...pick(call) });
      if ('failed' in post) return post.failed;
      results.push(matchSingle(post.answer, id));
    }
    return accepted(results);
  }

  async #post(message: unknown): Promise<Post> {
    const { mostBytes, mostDepth, mostValues, timeoutMilliseconds } = this.#options;
    const exchange = this.#http.request({
      method: 'POST',
      body: encodeText(JSON.stringify(message)),
      mostBytes,
      timeoutMilliseconds,
    });
    const outcome = await exchange.outcome;
    if (outcome.verdict !== 'accepted') return { failed: translate(outcome) };
    const { status, body } = outcome.value;
    const parsed = parseJson(body, { bytes: mostBytes, depth: mostDepth, values: mostValues });
    const good = status >= 200 && status < 300;
    if (
      parsed.verdict === 'accepted' &&
      (good || isRefusedWhole(parsed.value) || Array.isArray(parsed.value))
    ) {
      return { answer: parsed.value };
    }
    if (!good) return { failed: undetermined('unreachable', `HTTP status ${status}`), status };
    return { failed: rejected('malformed', parsed.verdict === 'rejected' ? parsed.evidence : 'no answer') };
  }

  #takeIds(count: number): number {
    const first = this.#nextId;
    this.#nextId += count;
    return first;
  }
}

function pick(call: RpcCall): RpcCall {
  return { method: call.method, params: call.params };
}

function translate(
  outcome: Exclude<HttpOutcome, { verdict: 'accepted' }>,
): Exclude<BatchResult, { verdict: 'accepted' }> {
  if (outcome.verdict === 'rejected') return rejected('malformed', quote(outcome.evidence));
  return undetermined('unreachable', quote(outcome.evidence));
}

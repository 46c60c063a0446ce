/**
 * A JSON-RPC endpoint that lies on demand: it stands before a real one and lets a mutation see each call and decide
 * what is answered. Without a mutation it changes nothing.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { boundedBody } from '../../node/network/boundedBody.js';
import { startHttpServer } from '../../node/network/httpServer.js';

export interface RpcCall {
  method: string;
  params: unknown[];
}

/** An endpoint's answer to one call. */
export type RpcAnswer = { result: unknown } | { error: { code: number; message: string; data?: unknown } };

/** The outcome of a call, or with `body`, `status` and `cut` of the whole HTTP answer that it is part of. */
export type RpcOutcome =
  | RpcAnswer
  /** In place of the JSON-RPC object, whatever it is: `{ jsonrpc, id, … }` is not added. */
  | { value: unknown }
  | { body: string | Uint8Array; status?: number }
  /** Sends so many bytes of the answer, then cuts the connection. 0: not even a status line. */
  | { cut: number };

export interface Upstream {
  /** The honest answer to this call. */
  answer(): Promise<RpcAnswer>;
  /** The honest answer to any other call. */
  ask(method: string, params: unknown[]): Promise<RpcAnswer>;
}

/** Undefined lets the honest answer pass. */
export type RpcMutation = (call: RpcCall, upstream: Upstream) => Promise<RpcOutcome | undefined> | undefined;

export interface RpcProxy {
  /** `http://127.0.0.1:port` */
  url: string;
  /** The requests so far, the newest last; the newest 10,000 of them. */
  calls: RpcCall[];
  /** The number of answers that a mutation decided since the last `setMutation`. */
  mutated(): number;
  setMutation(mutation: RpcMutation | undefined): void;
  close(): Promise<void>;
}

const CALLS_KEPT_MAX = 10_000;
const BODY_BYTES_MAX = 4 * 1024 * 1024;

export interface RpcProxyOptions {
  /** URL of the endpoint behind. */
  upstream: string;
  mutation?: RpcMutation;
  port?: number;
  signal?: AbortSignal;
}

/**
 * Starts a JSON-RPC endpoint (HTTP POST, batches too) that passes calls on to `upstream`, and answers as a mutation says.
 *
 * @throws Error with one line that names the remedy, when the port is taken
 */
export async function rpcProxy(options: RpcProxyOptions): Promise<RpcProxy> {
  options.signal?.throwIfAborted();
  const { upstream, port = 0, signal } = options;
  const calls: RpcCall[] = [];
  const ended = new AbortController();
  let mutation = options.mutation;
  let mutated = 0;

  const ask: Upstream['ask'] = (method, params) => askUpstream(upstream, method, params, ended.signal);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await read(request);
    const asked = parseCalls(text);
    for (const { method, params } of asked?.calls ?? []) calls.push({ method, params });
    calls.splice(0, Math.max(0, calls.length - CALLS_KEPT_MAX));
    if (!mutation || !asked) {
      send(response, { body: await forward(upstream, text, ended.signal) });
      return;
    }
    const current = mutation;
    const values = await Promise.all(
      asked.calls.map(async ({ id, ...call }) => {
        const envelope = { jsonrpc: '2.0', id };
        const honest = () => ask(call.method, call.params);
        const outcome = await current(call, { answer: honest, ask });
        if (outcome === undefined) return { value: { ...envelope, ...(await honest()) } };
        if (current === mutation) mutated++;
        if ('result' in outcome || 'error' in outcome) return { value: { ...envelope, ...outcome } };
        if ('cut' in outcome) return { cut: outcome.cut, value: { ...envelope, ...(await honest()) } };
        return outcome;
      }),
    );
    const whole = values.find(value => 'body' in value || 'cut' in value);
    const answers = values.map(value => ('value' in value ? value.value : null));
    const body = JSON.stringify(asked.batch ? answers : answers[0]) ?? '';
    if (whole && 'cut' in whole) cut(response, body, whole.cut);
    else send(response, whole && 'body' in whole ? whole : { body });
  }

  const { close: stop, url } = await startHttpServer({
    answer: (request, response) => void serve(request, response).catch(() => response.destroy()),
    port,
    signal,
    name: 'RPC proxy',
    remedy: 'give another port',
    limits: { connections: 256 },
  });
  const close = () => {
    ended.abort();
    return stop();
  };
  signal?.addEventListener('abort', () => ended.abort(), { once: true, signal: ended.signal });
  return {
    url,
    calls,
    mutated: () => mutated,
    setMutation(next) {
      mutation = next;
      mutated = 0;
    },
    close,
  };
}

async function askUpstream(
  upstream: string,
  method: string,
  params: unknown[],
  signal: AbortSignal,
): Promise<RpcAnswer> {
  const text = await forward(upstream, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }), signal);
  const { result, error } = JSON.parse(text) as { result?: unknown; error?: never };
  return error === undefined ? { result } : { error };
}

async function forward(upstream: string, body: string, signal: AbortSignal): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(upstream, { method: 'POST', headers, body, signal });
  return response.text();
}

async function read(request: IncomingMessage): Promise<string> {
  const body = await boundedBody(request, BODY_BYTES_MAX);
  if (!body) throw new Error('too long');
  return body.toString('utf8');
}

/** Undefined for what is no JSON-RPC; the endpoint behind then says what it thinks of it. */
function parseCalls(text: string): { batch: boolean; calls: (RpcCall & { id: unknown })[] } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const calls = (Array.isArray(value) ? value : [value]).map(call => ({
      id: call.id as unknown,
      method: `${call.method}`,
      params: Array.isArray(call.params) ? (call.params as unknown[]) : [],
    }));
    return calls.length > 0 ? { batch: Array.isArray(value), calls } : undefined;
  } catch {
    return undefined;
  }
}

function send(
  response: ServerResponse,
  { body, status = 200 }: { body: string | Uint8Array; status?: number },
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function cut(response: ServerResponse, body: string, bytes: number): void {
  if (bytes === 0) {
    response.destroy();
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.write(Buffer.from(body).subarray(0, bytes), () => response.destroy());
}

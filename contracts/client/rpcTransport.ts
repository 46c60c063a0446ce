/**
 * JSON-RPC over HTTP by Node's own client, as a transport of viem. viem's own asks by `fetch`, whose loading and streams
 * were a tenth of the time of a short command.
 */
import type { IncomingMessage } from 'node:http';
import { custom, type EIP1193RequestFn, HttpRequestError, RpcRequestError, TimeoutError } from 'viem';

/** As viem's transport has it. */
const ANSWER_BYTES_MAX = 10_485_760;
const REDIRECTIONS_MAX = 5;

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

/**
 * @param url of an endpoint, `http:` or `https:`; a name and a password in it become its authorisation
 * @param timeout milliseconds for one request, its answer included
 * @param retryCount how often a request is sent again that got no answer, or one that says to try later
 */
export function rpcTransport(url: string, timeout: number, retryCount: number) {
  let number = 0;
  const request = async ({ method, params }: { method: string; params?: unknown }): Promise<unknown> => {
    number++;
    const body = { jsonrpc: '2.0', id: number, method, params };
    const { headers, status, text } = await post(url, body, timeout);
    const { error, result } = read(text, status, url, body);
    const isDone = status >= 200 && status < 300;
    const isTold = typeof error?.code === 'number' && typeof error.message === 'string';
    if (error && (isDone || isTold)) throw new RpcRequestError({ body, error, url });
    if (isDone) return result;
    const later = headers['retry-after'];
    throw new HttpRequestError({
      ...{ body, status, url, details: text.slice(0, 200) },
      headers: later === undefined ? undefined : new Headers({ 'retry-after': later }),
    });
  };
  return custom({ request: request as EIP1193RequestFn }, { key: 'http', name: 'HTTP JSON-RPC', retryCount });
}

interface Read {
  error?: { code: number; message: string };
  result?: unknown;
}

/** The answer as JSON; an empty one has no result. @throws HttpRequestError when it is something else */
function read(text: string, status: number, url: string, body: object): Read {
  try {
    return (JSON.parse(text || '{}') ?? {}) as Read;
  } catch (cause) {
    throw new HttpRequestError({
      body: body as never,
      cause: cause as Error,
      details: text.slice(0, 200),
      status,
      url,
    });
  }
}

/** @throws TimeoutError, HttpRequestError when there is no answer, or one that is too long */
async function post(url: string, body: object, timeout: number): Promise<Answer> {
  const text = JSON.stringify(body, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  const ended = new AbortController();
  const timer = setTimeout(() => ended.abort(), timeout);
  try {
    return await follow(new URL(url), text, ended.signal, REDIRECTIONS_MAX);
  } catch (cause) {
    if (ended.signal.aborted) throw new TimeoutError({ body: body as never, url });
    throw new HttpRequestError({
      body: body as never,
      cause: cause as Error,
      details: (cause as Error).message,
      url,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** An endpoint may have moved; only the two redirections that keep the method and the body are followed. */
async function follow(url: URL, text: string, signal: AbortSignal, more: number): Promise<Answer> {
  const answer = await ask(url, text, signal);
  const { location } = answer.headers;
  if ((answer.status !== 307 && answer.status !== 308) || location === undefined || more === 0) return answer;
  return follow(new URL(location, url), text, signal, more - 1);
}

async function ask(url: URL, text: string, signal: AbortSignal): Promise<Answer> {
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const asked = request(url, { method: 'POST', headers, signal }, response => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      response.on('data', (piece: Buffer) => {
        bytes += piece.length;
        if (bytes > ANSWER_BYTES_MAX) response.destroy(new Error(`more than ${ANSWER_BYTES_MAX} bytes`));
        else pieces.push(piece);
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(pieces).toString('utf8'),
        }),
      );
    });
    asked.on('error', reject);
    asked.end(text);
  });
}

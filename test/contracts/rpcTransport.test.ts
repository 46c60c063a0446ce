/** JSON-RPC by Node's own client: what endpoints answer, and what becomes of it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { HttpRequestError, RpcRequestError, TimeoutError } from 'viem';
import { rpcTransport } from '../../contracts/client/rpcTransport.js';

interface Asked {
  request: IncomingMessage;
  body: { id: number; method: string; params: unknown };
}

type Reply = (response: ServerResponse, asked: Asked) => void;

/** An endpoint that gives the replies in their order, the last one again and again. */
async function withEndpoint<T>(
  replies: Reply[],
  work: (url: string, asked: Asked[]) => Promise<T>,
): Promise<T> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    asked.push({ request, body: JSON.parse(text) });
    replies[Math.min(asked.length, replies.length) - 1](response, asked.at(-1)!);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Generous: only the test of silence waits for it. */
const PATIENCE_MS = 60_000;
const ask = (url: string, { retries = 0, timeout = PATIENCE_MS } = {}) =>
  rpcTransport(url, timeout, retries)({}).request({ method: 'eth_call', params: [{ data: '0x' }, 'latest'] });

const answer =
  (fields: object, status = 200): Reply =>
  (response, { body }) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id: body.id, ...fields }));
  };
const text =
  (words: string, status: number, headers = {}): Reply =>
  response =>
    void response.writeHead(status, headers).end(words);

/** The error of viem's that lies in what was thrown. */
const causeOf = (error: unknown, kind: new (...all: never[]) => Error) =>
  (error as HttpRequestError).walk(each => each instanceof kind) as
    | (Error & { status?: number; code?: number })
    | null;

test('a call is one POST of JSON with its params, and its result is the answer', async t => {
  await withEndpoint([answer({ result: '0x2a' })], async (url, asked) => {
    t.is(await ask(url.replace('http://', 'http://me:secret@')), '0x2a');
    const [{ body, request }] = asked;
    t.is(request.method, 'POST');
    t.deepEqual([body.method, body.params], ['eth_call', [{ data: '0x' }, 'latest']]);
    t.is(request.headers.authorization, `Basic ${Buffer.from('me:secret').toString('base64')}`);
  });
});

for (const status of [200, 400]) {
  test(`an error of the endpoint is told with its code, also beside the status ${status}`, async t => {
    const error = { code: 3, message: 'execution reverted', data: '0x08' };
    await withEndpoint([answer({ error }, status)], async url => {
      const thrown = await t.throwsAsync(ask(url));
      t.is(causeOf(thrown, RpcRequestError)?.code, 3);
    });
  });
}

test('what says to try later is asked again, and what stays so is a failed request with its status', async t => {
  const later = text('too many', 429, { 'retry-after': '0' });
  await withEndpoint([later, answer({ result: '0x1' })], async (url, asked) => {
    t.is(await ask(url, { retries: 1 }), '0x1');
    t.is(asked.length, 2);
  });
  await withEndpoint([later], async url => {
    t.is(causeOf(await t.throwsAsync(ask(url)), HttpRequestError)?.status, 429);
  });
});

test('an endpoint that has moved is followed, and one that moves for ever is not', async t => {
  await withEndpoint([text('', 308, { location: '/rpc' }), answer({ result: '0x1' })], async (url, asked) => {
    t.is(await ask(url), '0x1');
    t.deepEqual(
      asked.map(({ request }) => request.url),
      ['/', '/rpc'],
    );
  });
  await withEndpoint([text('', 308, { location: '/' })], async (url, asked) => {
    t.is(causeOf(await t.throwsAsync(ask(url)), HttpRequestError)?.status, 308);
    t.is(asked.length, 6);
  });
});

test('what is no JSON, too long, cut off, or nobody’s port is a failed request', async t => {
  const replies = [
    text('<html>', 200),
    text('x'.repeat(11_000_000), 200),
    (response: ServerResponse) =>
      void response.writeHead(200, { 'content-length': '9' }).write('{', () => response.destroy()),
  ];
  for (const reply of replies)
    await withEndpoint([reply], async url =>
      t.truthy(causeOf(await t.throwsAsync(ask(url)), HttpRequestError), reply.toString()),
    );
  const gone = await withEndpoint([], async url => url);
  t.truthy(causeOf(await t.throwsAsync(ask(gone)), HttpRequestError));
});

test('an endpoint that is silent, or stops in the middle, is given up in time', async t => {
  for (const reply of [
    () => undefined,
    (response: ServerResponse) => void response.writeHead(200).write('{'),
  ])
    await withEndpoint([reply], async url =>
      t.truthy(causeOf(await t.throwsAsync(ask(url, { timeout: 200 })), TimeoutError)),
    );
});

import test from 'ava';
import { JsonRpcEndpoint, type JsonRpcEndpointOptions, type RpcCall } from '../../../firmware/rpc/client.js';
import { nodeNetwork } from '../../../host-sim/node/network/socket.js';
import { answering, clock, freePort, httpAnswer, onRequest, type RawServer, rawServer } from './support.js';

const network = nodeNetwork();

const calls: RpcCall[] = ['a', 'b', 'c'].map(method => ({ method, params: [1] }));

interface Request {
  id: number;
  method: string;
  params: unknown[];
}

/** A server that answers each JSON text with another. */
function speaking(answer: (request: Request | Request[]) => unknown): Promise<RawServer> {
  return answering(body => httpAnswer(JSON.stringify(answer(JSON.parse(body)))));
}

const echo = ({ id, method }: Request) => ({ jsonrpc: '2.0', id, result: method });
const many = (request: Request | Request[]): Request[] => (Array.isArray(request) ? request : [request]);

/** The reading that an endpoint makes of an answer: one word for each call, or for all of them. */
async function ask(
  server: RawServer,
  batch: readonly RpcCall[] = calls,
  options: Partial<JsonRpcEndpointOptions> = {},
): Promise<string[] | string> {
  const endpoint = new JsonRpcEndpoint({ network, clock, url: server.url, ...options });
  const answer = await endpoint.batch(batch);
  endpoint.close();
  await server.close();
  const word = (verdict: typeof answer | (typeof answer & { verdict: 'accepted' })['value'][number]) =>
    verdict.verdict === 'accepted'
      ? String(verdict.value)
      : verdict.verdict === 'rejected'
        ? verdict.code
        : verdict.cause;
  return answer.verdict === 'accepted' ? answer.value.map(word) : word(answer);
}

test('each call gets its own result, in whatever order the answers come', async t => {
  t.deepEqual(await ask(await speaking(request => many(request).map(echo))), ['a', 'b', 'c']);
  t.deepEqual(await ask(await speaking(request => many(request).map(echo).reverse())), ['a', 'b', 'c']);
});

test('one call travels alone, none not at all', async t => {
  t.deepEqual(
    await ask(await speaking(request => (Array.isArray(request) ? [] : echo(request))), [calls[0]]),
    ['a'],
  );
  const server = await speaking(() => 'never asked');
  t.deepEqual(await ask(server, []), []);
  t.is(server.connections, 0);
});

test('more calls than one request takes are split and come back as one', async t => {
  const sizes: number[] = [];
  const server = await speaking(request => {
    sizes.push(many(request).length);
    return many(request).map(echo);
  });
  const lots = Array.from({ length: 10 }, (_, i) => ({ method: `m${i}`, params: [] }));
  t.deepEqual(
    await ask(server, lots, { mostCalls: 4 }),
    lots.map(({ method }) => method),
  );
  t.deepEqual(sizes, [4, 4, 2]);
});

test('a call without an answer, with two, or with nonsense is malformed, and the others count', async t => {
  const answers = (change: (list: unknown[]) => unknown) =>
    speaking(request => change(many(request).map(echo)));
  const verdicts = [
    await ask(await answers(([a, , c]) => [a, c])),
    await ask(await answers(([a, b, c]) => [a, b, b, c])),
    await ask(await answers(([a, , c]) => [a, null, c])),
    await ask(await answers(([a, b, c]) => [a, { ...(b as object), id: 999 }, c])),
    await ask(await answers(([a, b, c]) => [a, { ...(b as object), id: String((b as Request).id) }, c])),
    await ask(await answers(([a, b, c]) => [a, { ...(b as object), result: undefined }, c])),
    await ask(await answers(([a, b, c]) => [a, { id: (b as Request).id, error: 'no' }, c])),
  ];
  for (const verdict of verdicts) t.deepEqual(verdict, ['a', 'malformed', 'c']);
  t.deepEqual(await ask(await answers(([a, b, c]) => [a, b, c, { id: 999, result: 1 }, 7])), ['a', 'b', 'c']);
  t.deepEqual(await ask(await answers(list => list.map(one => ({ ...(one as object), error: null })))), [
    'a',
    'b',
    'c',
  ]);
});

test('all ids wrong, as from an answer to somebody else, leaves nothing', async t => {
  const server = await speaking(request => many(request).map(one => echo({ ...one, id: one.id + 1000 })));
  t.deepEqual(await ask(server), ['malformed', 'malformed', 'malformed']);
  const single = await speaking(request => echo({ ...(request as Request), id: 1000 }));
  t.deepEqual(await ask(single, [calls[0]]), ['malformed']);
});

test('an error object is that call’s alone, and says why', async t => {
  const errors: Record<string, unknown> = {
    a: { code: -32601, message: 'Method not found' },
    b: { code: -32000, message: 'missing trie node 1234 (path )' },
  };
  const server = await speaking(request =>
    many(request).map(one => (errors[one.method] ? { id: one.id, error: errors[one.method] } : echo(one))),
  );
  t.deepEqual(await ask(server), ['unsupported', 'pruned', 'c']);
});

test('an endpoint that takes no batches is asked call by call, and from then on at once', async t => {
  for (const refuse of [
    () =>
      httpAnswer(
        JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32600, message: 'no batches' } }),
      ),
    () => 'HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nno!',
    () => 'HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n',
  ]) {
    let batches = 0;
    const server = await answering(body => {
      const request = JSON.parse(body) as Request | Request[];
      if (!Array.isArray(request)) return httpAnswer(JSON.stringify(echo(request)));
      batches++;
      return refuse();
    });
    const endpoint = new JsonRpcEndpoint({ network, clock, url: server.url });
    for (let round = 0; round < 2; round++) {
      const answer = await endpoint.batch(calls);
      t.is(answer.verdict, 'accepted');
      if (answer.verdict === 'accepted') t.true(answer.value.every(({ verdict }) => verdict === 'accepted'));
    }
    t.is(batches, 1);
    endpoint.close();
    await server.close();
  }
});

test('an endpoint that refuses everything is told for what it says', async t => {
  const refusing = (code: number, message: string) =>
    speaking(() => ({ id: null, error: { code, message } }));
  t.deepEqual(
    await ask(await refusing(-32601, 'the method x does not exist/is not available')),
    Array(3).fill('unsupported'),
  );
  t.deepEqual(await ask(await refusing(-32005, 'limit exceeded')), Array(3).fill('unreachable'));
  const busy = 'HTTP/1.1 429 Too Many Requests\r\nContent-Length: 4\r\n\r\nslow';
  t.is(await ask(await answering(busy)), 'unreachable');
  t.is(await ask(await answering('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n')), 'unreachable');
  t.is(
    await ask(await answering('HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n')),
    'unreachable',
  );
});

const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

for (const [what, body, expected] of [
  ['no JSON', 'hello', 'malformed'],
  ['nothing', '', 'malformed'],
  ['a number', '7', 'malformed'],
  ['an object that is no answer', '{}', 'malformed'],
  ['half of JSON', '[{"id":1,"result":', 'malformed'],
  ['JSON nested 100,000 deep', deep(100_000), 'malformed'],
  ['an answer nested too deep', `[{"id":1,"result":${deep(20)}}]`, 'malformed'],
  ['an answer of 100,000 values', `[{"id":1,"result":[${'0,'.repeat(100_000)}0]}]`, 'malformed'],
  ['an answer too large', `[{"id":1,"result":"${'x'.repeat(300_000)}"}]`, 'malformed'],
  ['bytes that are no UTF-8', '[{"id":1,"result":"\xff"}]', 'malformed'],
] as const) {
  test(`${what} instead of an answer is malformed`, async t => {
    const raw = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    t.is(await ask(await answering(raw)), expected);
  });
}

test('a deep, a long and a large answer within the limits pass', async t => {
  const results: Record<string, unknown> = {
    a: JSON.parse(deep(10)),
    b: Array(5000).fill(0),
    c: 'é'.repeat(100_000),
  };
  const server = await speaking(request =>
    many(request).map(({ id, method }) => ({ id, result: results[method] })),
  );
  const endpoint = new JsonRpcEndpoint({ network, clock, url: server.url });
  const answer = await endpoint.batch(calls);
  t.deepEqual(
    answer.verdict === 'accepted' ? answer.value.map(result => 'value' in result && result.value) : answer,
    [results.a, results.b, results.c],
  );
  endpoint.close();
  await server.close();
});

test('nobody there, silence, a drip and a cut answer are unreachable', async t => {
  const port = await freePort();
  const nobody = { url: `http://127.0.0.1:${port}/`, close: () => Promise.resolve(), port, connections: 0 };
  t.is(await ask(nobody), 'unreachable');
  const silent = await rawServer(socket => socket.resume());
  t.is(await ask(silent, calls, { timeoutMilliseconds: 200 }), 'unreachable');
  const drip = await rawServer(socket => {
    onRequest(socket, () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[');
      const timer = setInterval(() => socket.write(' '), 50);
      socket.on('close', () => clearInterval(timer));
    });
  });
  t.is(await ask(drip, calls, { timeoutMilliseconds: 300 }), 'unreachable');
  const cut = await rawServer(socket => {
    onRequest(socket, () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[{"id":1'));
  });
  t.is(await ask(cut), 'unreachable');
});

test('evidence is short and printable, whatever an endpoint says', async t => {
  const server = await speaking(request => {
    return many(request).map(({ id }) => ({
      id,
      error: { code: 1, message: `\u001b[31m\n${'ü'.repeat(10_000)}` },
    }));
  });
  const endpoint = new JsonRpcEndpoint({ network, clock, url: server.url });
  const answer = await endpoint.batch(calls);
  if (answer.verdict !== 'accepted') return t.fail();
  for (const result of answer.value) {
    t.is(result.verdict, 'undetermined');
    if (result.verdict === 'undetermined') t.regex(result.evidence, /^[ -~]{1,200}$/);
  }
  endpoint.close();
  await server.close();
});

test('an endpoint is made for an http URL only', t => {
  for (const url of [
    '',
    'x',
    'mqtt://a:1/',
    'ftp://a/',
    'http://',
    'http://a:0/',
    'http://a:99999/',
    'http://u:p@a/',
    'http://a/ b',
    'http://a/\r\nX: y',
    'http://a/#x',
    `http://a/${'x'.repeat(3000)}`,
  ]) {
    t.throws(() => new JsonRpcEndpoint({ network, clock, url }), { instanceOf: RangeError }, url);
  }
  for (const url of ['http://a', 'https://a.b-c:8545/v3/key?x=1', 'http://[::1]:80/', 'http://127.0.0.1']) {
    t.notThrows(() => new JsonRpcEndpoint({ network, clock, url }).close(), url);
  }
});

test('the key in an endpoint’s path is not in the name by which people see it', t => {
  const endpoint = new JsonRpcEndpoint({ network, clock, url: 'https://rpc.example/v3/secret?key=secret' });
  t.is(endpoint.url, 'https://rpc.example');
  endpoint.close();
});

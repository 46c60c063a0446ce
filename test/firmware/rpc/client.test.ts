/** One call to an endpoint that may say anything: its answer, or a word for what is wrong with it. */
import test from 'ava';
import { data, list, text } from '../../../firmware/json/shape.js';
import { headerCall } from '../../../firmware/rpc/blocks.js';
import { JsonRpcEndpoint, type JsonRpcEndpointOptions, type RpcCall } from '../../../firmware/rpc/client.js';
import { nodeNetwork } from '../../../host-sim/node/network/socket.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { answering, clock, freePort, httpAnswer, onRequest, type RawServer, rawServer } from './support.js';

const network = nodeNetwork();

const call: RpcCall = { method: 'a', params: [1], result: text(20), keptBytesMax: 64 };

interface Request {
  id: number;
  method: string;
  params: unknown[];
}

/** A server that answers each JSON text with another. */
function speaking(answer: (request: Request) => unknown): Promise<RawServer> {
  return answering(body => httpAnswer(JSON.stringify(answer(JSON.parse(body)))));
}

const echo = ({ id, method }: Request): object => ({ jsonrpc: '2.0', id, result: method });

type Answer = Awaited<ReturnType<JsonRpcEndpoint['call']>>;
const word = (answer: Answer): string =>
  answer.verdict === 'accepted'
    ? `${answer.value}`
    : answer.verdict === 'rejected'
      ? answer.code
      : answer.cause;

/** The outcome of one call, in a word. */
async function ask(
  server: RawServer,
  asked: RpcCall = call,
  options: Partial<JsonRpcEndpointOptions> = {},
): Promise<string> {
  const endpoint = new JsonRpcEndpoint({ network, clock, url: server.url, ...options });
  const answer = await endpoint.call(asked);
  endpoint.close();
  await server.close();
  return word(answer);
}

test('a call gets its result, also without jsonrpc, with an error of null, and with members behind it', async t => {
  t.is(await ask(await speaking(echo)), 'a');
  t.is(await ask(await speaking(({ id }) => ({ result: 'r', error: null, x: [{}], id }))), 'r');
});

test('calls share a connection, and each has an id of its own', async t => {
  const ids = new Set<number>();
  const server = await speaking(request => {
    ids.add(request.id);
    return echo(request);
  });
  const endpoint = new JsonRpcEndpoint({ network, clock, url: server.url });
  const answers = await Promise.all(['a', 'b', 'c'].map(method => endpoint.call({ ...call, method })));
  t.deepEqual(answers.map(word), ['a', 'b', 'c']);
  t.is(ids.size, 3);
  t.is(server.connections, 1);
  endpoint.close();
  await server.close();
});

test('an answer to another call, or to none, is malformed', async t => {
  for (const change of [
    { id: 999 },
    { id: '1' },
    { id: null },
    { result: undefined },
    { result: undefined, error: 'no' },
    { result: undefined, error: null },
  ]) {
    t.is(await ask(await speaking(request => ({ ...echo(request), ...change }))), 'malformed');
  }
  t.is(await ask(await speaking(request => [echo(request)])), 'malformed');
});

test('an error object says why there is no result, with an id or without', async t => {
  for (const [error, expected] of [
    [{ code: -32601, message: 'Method not found' }, 'unsupported'],
    [{ code: -32000, message: 'missing trie node 1234 (path )' }, 'pruned'],
    [{ code: -32603, message: 'Internal error', data: 'No state available for block' }, 'pruned'],
    [{ code: -32005, message: 'limit exceeded', data: { see: 'the documentation' } }, 'unreachable'],
    [{}, 'unreachable'],
  ] as const) {
    t.is(await ask(await speaking(({ id }) => ({ id, error }))), expected);
    t.is(await ask(await speaking(() => ({ id: null, error }))), expected);
    const body = JSON.stringify({ error });
    const refused = `HTTP/1.1 400 Bad Request\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    t.is(await ask(await answering(refused)), expected);
  }
});

test('a status that is no success is unreachable, whatever comes with it', async t => {
  const busy = 'HTTP/1.1 429 Too Many Requests\r\nContent-Length: 4\r\n\r\nslow';
  t.is(await ask(await answering(busy)), 'unreachable');
  for (const status of ['401 Unauthorized', '302 Found', '500 Oh']) {
    t.is(await ask(await answering(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`)), 'unreachable');
  }
});

const header = headerCall('latest', text(40), 64);

test('where a node has a header alone it is asked for, elsewhere the block, and that is remembered', async t => {
  const refusals: Record<string, (request: Request) => string> = {
    'it has it': request => httpAnswer(JSON.stringify(echo(request))),
    'no such method': ({ id }) => httpAnswer(JSON.stringify({ id, error: { code: -32601, message: 'no' } })),
    'an error of its own': ({ id }) =>
      httpAnswer(JSON.stringify({ id, error: { code: 7, message: 'blocked' } })),
    'a status': () => 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n',
    nonsense: () => httpAnswer('no'),
  };
  for (const [what, refuse] of Object.entries(refusals)) {
    const asked: string[] = [];
    const server = await answering(body => {
      const request = JSON.parse(body) as Request;
      asked.push(request.method);
      return /Header/.test(request.method) ? refuse(request) : httpAnswer(JSON.stringify(echo(request)));
    });
    const endpoint = new JsonRpcEndpoint({ network, clock, url: server.url });
    const has = what === 'it has it';
    for (let i = 0; i < 2; i++) {
      t.is(word(await endpoint.call(header)), has ? 'eth_getHeaderByNumber' : 'eth_getBlockByNumber', what);
    }
    const block = 'eth_getBlockByNumber';
    t.deepEqual(
      asked,
      has ? ['eth_getHeaderByNumber', 'eth_getHeaderByNumber'] : ['eth_getHeaderByNumber', block, block],
    );
    endpoint.close();
    await server.close();
  }
});

test('a node that has headers and fails once is asked for them again', async t => {
  const asked: string[] = [];
  const server = await speaking(request => {
    asked.push(request.method);
    return asked.length === 2 ? { id: request.id, error: { code: 1, message: 'a moment' } } : echo(request);
  });
  const endpoint = new JsonRpcEndpoint({ network, clock, url: server.url });
  for (const expected of ['eth_getHeaderByNumber', 'unreachable', 'eth_getHeaderByNumber']) {
    t.is(word(await endpoint.call(header)), expected);
  }
  t.deepEqual(asked, Array(3).fill('eth_getHeaderByNumber'));
  endpoint.close();
  await server.close();
});

const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const nodes: RpcCall = { ...call, result: list(4, data(32)), keptBytesMax: 200 };

for (const [what, body, expected, asked] of [
  ['no JSON', 'hello', 'malformed', call],
  ['nothing', '', 'malformed', call],
  ['a number', '7', 'malformed', call],
  ['an object that is no answer', '{}', 'malformed', call],
  ['half of JSON', '{"id":1,"result":', 'malformed', call],
  ['JSON nested 100,000 deep', deep(100_000), 'malformed', call],
  ['an answer nested too deep', `{"id":1,"result":"r","x":${deep(40)}}`, 'malformed', call],
  ['more elements than were asked for', `{"id":1,"result":[${'"0x",'.repeat(4)}"0x"]}`, 'malformed', nodes],
  ['a value longer than was asked for', `{"id":1,"result":["0x${'00'.repeat(33)}"]}`, 'malformed', nodes],
  ['bytes that are no UTF-8', '{"id":1,"result":"\xff"}', 'malformed', call],
  ['an id of 100,000 digits', `{"id":1${'0'.repeat(100_000)},"result":"r"}`, 'malformed', call],
  ['an answer nested deep', `{"x":${deep(31)},"id":1,"result":"r"}`, 'r', call],
  ['an answer beside 100,000 others', `{"x":[${'0,'.repeat(100_000)}0],"id":1,"result":"r"}`, 'r', call],
  ['an answer beside 1 MB of text', `{"x":"${'x'.repeat(1_000_000)}","id":1,"result":"r"}`, 'r', call],
  ['a text longer than was asked for', `{"id":1,"result":"${'r'.repeat(100_000)}"}`, 'r'.repeat(20), call],
  ['as much as was asked for', `{"id":1,"result":["0x${'00'.repeat(32)}"]}`, '0,'.repeat(31) + 0, nodes],
] as const) {
  test(`${what}: ${expected.slice(0, 20)}`, async t => {
    const raw = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    t.is(await ask(await answering(raw), asked), expected);
  });
}

test('a body beyond what is read at all is refused, also where its length is a lie or not told', async t => {
  const limits = { bodyBytesMax: 50_000 };
  const body = (length: number) => '{"id":1,"result":"r"}'.padEnd(length);
  for (const [length, expected] of [
    [50_000, 'r'],
    [50_001, 'malformed'],
  ] as const) {
    t.is(await ask(await answering(httpAnswer(body(length))), call, limits), expected);
    const chunk = `${length.toString(16)}\r\n${body(length)}\r\n0\r\n\r\n`;
    const chunked = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`;
    t.is(await ask(await answering(chunked), call, limits), expected);
  }
  const lie = `HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n${body(100)}`;
  const server = await rawServer(socket => onRequest(socket, () => socket.end(lie)));
  t.is(await ask(server, call, limits), 'unreachable');
});

test('a head beyond 2 KB is refused, one within it is not', async t => {
  const answer = (length: number) => httpAnswer('{"id":1,"result":"r"}', `X: ${'x'.repeat(length)}\r\n`);
  t.is(await ask(await answering(answer(1900))), 'r');
  t.is(await ask(await answering(answer(2100))), 'malformed');
});

test('an answer is read no further once it is clear that it is none', async t => {
  let sent = 0;
  const server = await rawServer(socket => {
    onRequest(socket, () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n]');
      const more = () => {
        while (!socket.destroyed && sent < 999_999 && socket.write('x'.repeat(1000))) sent += 1000;
      };
      socket.on('drain', more);
      setTimeout(more, 20);
    });
  });
  t.is(await ask(server), 'malformed');
});

test('an endpoint that gives less than 1 KB in 5 s is left, and slow until it answers again', async t => {
  const time = new HandClock();
  let mute = true;
  let asked = () => {};
  const server = await rawServer(socket => {
    onRequest(socket, body => {
      if (mute) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n[');
      else socket.write(httpAnswer(JSON.stringify(echo(JSON.parse(body)))));
      asked();
    });
  });
  const endpoint = new JsonRpcEndpoint({ network, clock: time, url: server.url });
  t.false(endpoint.slow);
  const heard = new Promise<void>(resolve => {
    asked = resolve;
  });
  const answer = endpoint.call(call);
  await heard;
  time.advance(4999);
  t.false(endpoint.slow);
  time.advance(2);
  t.is(word(await answer), 'unreachable');
  t.true(endpoint.slow);
  mute = false;
  t.is(word(await endpoint.call(call)), 'a');
  t.false(endpoint.slow);
  endpoint.close();
  await server.close();
});

test('nobody there, silence, a drip and a cut answer are unreachable', async t => {
  const port = await freePort();
  const nobody = { url: `http://127.0.0.1:${port}/`, close: () => Promise.resolve(), port, connections: 0 };
  t.is(await ask(nobody), 'unreachable');
  const silent = await rawServer(socket => socket.resume());
  t.is(await ask(silent, call, { timeoutMilliseconds: 200 }), 'unreachable');
  const drip = await rawServer(socket => {
    onRequest(socket, () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{');
      const timer = setInterval(() => socket.write(' '), 50);
      socket.on('close', () => clearInterval(timer));
    });
  });
  t.is(await ask(drip, call, { timeoutMilliseconds: 300 }), 'unreachable');
  const cut = await rawServer(socket => {
    onRequest(socket, () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"id":1'));
  });
  t.is(await ask(cut), 'unreachable');
});

test('evidence is short and printable, whatever an endpoint says', async t => {
  const message = `\u001b[31m\n${'ü'.repeat(10_000)}`;
  const server = await speaking(({ id }) => ({ id, error: { code: 1, message } }));
  const endpoint = new JsonRpcEndpoint({ network, clock, url: server.url });
  const answer = await endpoint.call(call);
  t.is(answer.verdict, 'undetermined');
  if (answer.verdict === 'undetermined') t.regex(answer.evidence, /^[ -~]{1,200}$/);
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

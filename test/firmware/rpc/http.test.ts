import test from 'ava';
import type { Clock } from '../../../firmware/port/clock.js';
import type { HttpOutcome, HttpRequest } from '../../../firmware/rpc/exchange.js';
import { HttpClient, type HttpClientOptions, WAITING_MAX } from '../../../firmware/rpc/http.js';
import { parseUrl } from '../../../firmware/rpc/url.js';
import { nodeNetwork } from '../../../host-sim/node/network/socket.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { answering, clock, freePort, httpAnswer, onRequest, type RawServer, rawServer } from './support.js';

const network = nodeNetwork();

function client(url: string, options: Partial<HttpClientOptions> = {}): HttpClient {
  return new HttpClient({ network, clock, url: parseUrl(url)!, ...options });
}

async function get(server: RawServer, request: Partial<HttpRequest> = {}): Promise<HttpOutcome> {
  const http = client(server.url);
  const outcome = await http.request({
    method: 'GET',
    mostBytes: 1000,
    timeoutMilliseconds: 20_000,
    ...request,
  }).outcome;
  http.close();
  await server.close();
  return outcome;
}

function said(outcome: HttpOutcome): string {
  if (outcome.verdict === 'accepted') return Buffer.from(outcome.value.body).toString('latin1');
  return outcome.verdict === 'rejected' ? outcome.code : outcome.cause;
}

const chunked = (...chunks: string[]) =>
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks
    .map(chunk => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
    .join('')}0\r\n\r\n`;

test('an answer is whole by length, by chunks and by the end of the connection', async t => {
  t.is(said(await get(await answering(httpAnswer('hello')))), 'hello');
  t.is(said(await get(await answering(chunked('he', 'llo, ', 'world')))), 'hello, world');
  const ending = await rawServer(socket => {
    onRequest(socket, () => socket.end('HTTP/1.0 200 OK\r\n\r\nto the end'));
  });
  t.is(said(await get(ending)), 'to the end');
  t.is(
    said(await get(await answering(`HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${httpAnswer('late')}`))),
    'late',
  );
});

test('status and body of any status are handed on', async t => {
  const outcome = await get(await answering('HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone'));
  t.is(outcome.verdict, 'accepted');
  if (outcome.verdict === 'accepted') t.is(outcome.value.status, 404);
  t.is(said(outcome), 'gone');
});

test('a body is sent whole, however large, and the request line is what was asked for', async t => {
  const body = new Uint8Array(300_000).fill(120);
  const server = await answering((received, head) =>
    httpAnswer(`${head.split('\r\n')[0]} ${received.length}`),
  );
  const outcome = await get(server, { method: 'POST', path: '/rpc?key=1', body });
  t.is(said(outcome), 'POST /rpc?key=1 HTTP/1.1 300000');
});

test('requests one after the other use one connection, unless the server closes', async t => {
  for (const [extra, connections] of [
    ['', 1],
    ['Connection: close\r\n', 3],
  ] as const) {
    const server = await answering(body => httpAnswer(body, extra));
    const http = client(server.url);
    const outcomes = ['a', 'b', 'c'].map(
      text => http.request({ method: 'POST', body: Buffer.from(text), mostBytes: 10 }).outcome,
    );
    t.deepEqual((await Promise.all(outcomes)).map(said), ['a', 'b', 'c']);
    t.is(server.connections, connections);
    http.close();
    await server.close();
  }
});

test('a kept connection that the server closed meanwhile is replaced without the caller noticing', async t => {
  const server = await rawServer(socket => {
    onRequest(socket, body => {
      socket.write(httpAnswer(body));
      setTimeout(() => socket.destroy(), 20);
    });
  });
  const http = client(server.url, { idleMilliseconds: 60_000 });
  for (const text of ['a', 'b']) {
    const outcome = await http.request({ method: 'POST', body: Buffer.from(text), mostBytes: 10 }).outcome;
    t.is(said(outcome), text);
    await new Promise(resolve => setTimeout(resolve, 60));
  }
  t.is(server.connections, 2);
  http.close();
  await server.close();
});

test('a kept connection that dies under the next request is tried anew once, and only once', async t => {
  // The first connection answers once and then cuts at the next request; the second cuts at its first.
  const server = await rawServer((socket, index) => {
    let served = 0;
    onRequest(socket, body => {
      if (index === 0 && served++ === 0) socket.write(httpAnswer(body));
      else socket.destroy();
    });
  });
  const http = client(server.url);
  t.is(said(await http.request({ method: 'POST', body: Buffer.from('a'), mostBytes: 10 }).outcome), 'a');
  t.is(
    said(await http.request({ method: 'POST', body: Buffer.from('b'), mostBytes: 10 }).outcome),
    'unreachable',
  );
  t.is(server.connections, 2);
  http.close();
  await server.close();
});

test('a range is asked for, and its answer told with the Content-Range', async t => {
  const whole = 'abcdefghijklmnopqrstuvwxyz';
  const server = await answering((_body, head) => {
    const [, first, last] = /Range: bytes=(\d+)-(\d*)/.exec(head)!;
    const end = last === '' ? whole.length - 1 : Number(last);
    const part = whole.slice(Number(first), end + 1);
    const range = `Content-Range: bytes ${first}-${end}/${whole.length}`;
    return `HTTP/1.1 206 Partial Content\r\n${range}\r\nContent-Length: ${part.length}\r\n\r\n${part}`;
  });
  const http = client(server.url);
  const part = await http.request({ method: 'GET', range: { first: 3, last: 6 }, mostBytes: 100 }).outcome;
  t.is(said(part), 'defg');
  if (part.verdict === 'accepted') t.deepEqual(part.value.contentRange, { first: 3, last: 6, length: 26 });
  t.is(said(await http.request({ method: 'GET', range: { first: 24 }, mostBytes: 100 }).outcome), 'yz');
  http.close();
  await server.close();
});

const partial = (range: string, body: string) =>
  `HTTP/1.1 206 Partial Content\r\nContent-Range: ${range}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

for (const [what, answer, code] of [
  ['another range than asked for', partial('bytes 4-7/26', 'efgh'), 'malformed'],
  ['more than asked for', partial('bytes 3-7/26', 'defgh'), 'malformed'],
  ['a range that does not fit the length', partial('bytes 3-6/26', 'defghij'), 'malformed'],
  ['a range beyond the whole', partial('bytes 3-6/5', 'defg'), 'malformed'],
  ['no range', 'HTTP/1.1 206 Partial Content\r\nContent-Length: 4\r\n\r\ndefg', 'malformed'],
  [
    'chunks that do not fill the range',
    `HTTP/1.1 206 P\r\nContent-Range: bytes 3-6/26\r\n${chunked('def').slice(17)}`,
    'malformed',
  ],
  ['the range that was asked for', partial('bytes 3-6/26', 'defg'), 'defg'],
  [
    'the range in chunks',
    `HTTP/1.1 206 P\r\nContent-Range: bytes 3-6/26\r\n${chunked('de', 'fg').slice(17)}`,
    'defg',
  ],
  ['the range, the whole being of unknown length', partial('bytes 3-6/*', 'defg'), 'defg'],
] as const) {
  test(`a range request answered with ${what} is ${code}`, async t => {
    t.is(said(await get(await answering(answer), { range: { first: 3, last: 6 } })), code);
  });
}

test('status 206 to a request without a range is malformed', async t => {
  t.is(said(await get(await answering(partial('bytes 0-3/26', 'abcd')))), 'malformed');
});

const ok = 'HTTP/1.1 200 OK\r\n';

for (const [what, answer, expected] of [
  ['garbage', '\x00\xff\xfe garbage \r\n\r\n', 'malformed'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', 'malformed'],
  ['a bare line feed', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nhi', 'malformed'],
  ['two lengths', `${ok}Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi`, 'malformed'],
  ['a negative length', `${ok}Content-Length: -2\r\n\r\nhi`, 'malformed'],
  ['a length in hexadecimal', `${ok}Content-Length: 0x2\r\n\r\nhi`, 'malformed'],
  [
    'length and chunks',
    `${ok}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
    'malformed',
  ],
  ['an unknown transfer coding', `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n`, 'malformed'],
  ['a compressed body', `${ok}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi`, 'malformed'],
  ['a folded header', `${ok}X: a\r\n b\r\nContent-Length: 2\r\n\r\nhi`, 'malformed'],
  ['a space before the colon', `${ok}Content-Length : 2\r\n\r\nhi`, 'malformed'],
  ['bytes after the body', `${ok}Content-Length: 2\r\n\r\nhi there`, 'malformed'],
  [
    'a chunk size that is no number',
    `${ok}Transfer-Encoding: chunked\r\n\r\nzz\r\nhi\r\n0\r\n\r\n`,
    'malformed',
  ],
  ['a chunk longer than it says', `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\nhi\r\n0\r\n\r\n`, 'malformed'],
  ['a huge chunk', `${ok}Transfer-Encoding: chunked\r\n\r\nffffffff\r\nhi`, 'oversized'],
  ['a chunk size without end', `${ok}Transfer-Encoding: chunked\r\n\r\n${'1'.repeat(5000)}`, 'malformed'],
  [
    'a chunk extension without end',
    `${ok}Transfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(5000)}`,
    'malformed',
  ],
  ['a body longer than allowed', httpAnswer('x'.repeat(1001)), 'oversized'],
  ['chunks longer than allowed', chunked('x'.repeat(600), 'x'.repeat(401)), 'oversized'],
  ['a huge length', `${ok}Content-Length: 999999999999\r\n\r\n`, 'oversized'],
  ['a head longer than allowed', `${ok}X: ${'x'.repeat(9000)}\r\nContent-Length: 2\r\n\r\nhi`, 'oversized'],
  ['too many fields', `${ok}${'X: x\r\n'.repeat(65)}Content-Length: 2\r\n\r\nhi`, 'malformed'],
  [
    'too many interim answers',
    `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(5)}${httpAnswer('hi')}`,
    'malformed',
  ],
  [
    'trailers without end',
    `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n${'X: x\r\n'.repeat(2000)}`,
    'oversized',
  ],
  // Their twins, which pass.
  ['one length', `${ok}Content-Length: 2\r\n\r\nhi`, 'hi'],
  ['an identity coding', `${ok}Content-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi`, 'hi'],
  ['a short chunk extension', `${ok}Transfer-Encoding: chunked\r\n\r\n2;a=b\r\nhi\r\n0\r\n\r\n`, 'hi'],
  ['trailers', `${ok}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX: x\r\n\r\n`, 'hi'],
  ['a body as long as allowed', httpAnswer('x'.repeat(1000)), 'x'.repeat(1000)],
  ['chunks as long as allowed', chunked('x'.repeat(600), 'x'.repeat(400)), 'x'.repeat(1000)],
  ['one-byte chunks', chunked(...'x'.repeat(1000)), 'x'.repeat(1000)],
  ['a long head', `${ok}X: ${'x'.repeat(2000)}\r\nContent-Length: 2\r\n\r\nhi`, 'hi'],
  ['as many fields as allowed', `${ok}${'X: x\r\n'.repeat(63)}Content-Length: 2\r\n\r\nhi`, 'hi'],
  ['no content', 'HTTP/1.1 204 No Content\r\n\r\n', ''],
] as const) {
  test(`${what}: ${expected.slice(0, 20)}`, async t => {
    t.is(said(await get(await answering(answer))), expected);
  });
}

test('endless tiny chunks with long extensions are cut off as malformed', async t => {
  const server = await rawServer(socket => {
    onRequest(socket, () => {
      socket.write(`${ok}Transfer-Encoding: chunked\r\n\r\n`);
      const more = () => {
        while (!socket.destroyed && socket.write(`1;${'x'.repeat(200)}\r\nx\r\n`));
        if (!socket.destroyed) socket.once('drain', more);
      };
      more();
    });
  });
  t.is(said(await get(server, { mostBytes: 10_000_000 })), 'malformed');
});

test('endless headers are cut off as oversized', async t => {
  const server = await rawServer(socket => {
    onRequest(socket, () => {
      socket.write(ok);
      const more = () => {
        while (!socket.destroyed && socket.write('x'.repeat(1000)));
        if (!socket.destroyed) socket.once('drain', more);
      };
      more();
    });
  });
  t.is(said(await get(server)), 'oversized');
});

test('nobody listening, closing before, amid and without an answer are unreachable', async t => {
  const http = client(`http://127.0.0.1:${await freePort()}/`);
  t.is(said(await http.request({ method: 'GET', mostBytes: 10 }).outcome), 'unreachable');
  http.close();
  for (const answer of [
    '',
    'HTTP/1.1 200',
    `${ok}Content-Length: 10\r\n\r\nhalf`,
    chunked('half').slice(0, -5),
  ]) {
    const server = await rawServer(socket => {
      onRequest(socket, () => socket.end(answer));
    });
    t.is(said(await get(server)), 'unreachable', answer);
  }
  const reset = await rawServer(socket => {
    onRequest(socket, () => {
      socket.write(`${ok}Content-Length: 10\r\n\r\nhalf`, () => socket.resetAndDestroy());
    });
  });
  t.is(said(await get(reset)), 'unreachable');
});

test('silence and a slow drip end by the timeout, the drip earlier by the floor; a steady one passes both', async t => {
  const silent = await rawServer(socket => socket.resume());
  t.is(said(await get(silent, { timeoutMilliseconds: 200 })), 'unreachable');

  const dripping = (milliseconds: number) =>
    rawServer(socket => {
      onRequest(socket, () => {
        socket.write(`${ok}Content-Length: 20\r\n\r\n`);
        const timer = setInterval(() => socket.write('x'), milliseconds);
        socket.on('close', () => clearInterval(timer));
      });
    });
  t.is(said(await get(await dripping(100), { timeoutMilliseconds: 500 })), 'unreachable');
  const floor = { bytes: 1000, milliseconds: 300 };
  const slow = await get(await dripping(100), { floor });
  t.is(said(slow), 'unreachable');
  t.regex(slow.verdict === 'undetermined' ? slow.evidence : '', /at least 1000 wanted/);
  t.is(said(await get(await dripping(5), { floor: { bytes: 1, milliseconds: 5000 } })), 'x'.repeat(20));
});

test('a body in pieces can be paused, and the sender then waits', async t => {
  const total = 24 * 1024 * 1024;
  let written = 0;
  const server = await rawServer(socket => {
    onRequest(socket, () => {
      socket.write(`${ok}Content-Length: ${total}\r\n\r\n`);
      const chunk = Buffer.alloc(65536, 1);
      const more = () => {
        while (written < total) {
          written += chunk.length;
          if (!socket.write(chunk)) {
            socket.once('drain', more);
            return;
          }
        }
      };
      more();
    });
  });
  const byHand = new HandClock();
  // Turns of the event loop pass by themselves, time does not.
  const turns: Clock = {
    monotonic: () => byHand.monotonic(),
    after: (milliseconds, callback) => (milliseconds === 0 ? clock : byHand).after(milliseconds, callback),
  };
  const http = client(server.url, { clock: turns });
  let received = 0;
  let whenPaused = 0;
  let largest = 0;
  const exchange = http.request({
    method: 'GET',
    mostBytes: total,
    floor: { bytes: total, milliseconds: 1000 },
    onBody(piece) {
      received += piece.length;
      largest = Math.max(largest, piece.length);
      if (whenPaused !== 0 || received < 1_000_000) return;
      exchange.pause();
      whenPaused = received;
      setTimeout(() => {
        // However long the pause, it is no fault of the server's.
        byHand.advance(60_000);
        t.is(received, whenPaused);
        t.true(written < total);
        exchange.resume();
      }, 500);
    },
  });
  t.teardown(() => http.close());
  t.teardown(() => server.close());
  const outcome = await exchange.outcome;
  t.is(outcome.verdict, 'accepted', JSON.stringify(outcome));
  if (outcome.verdict === 'accepted') {
    t.is(outcome.value.received, total);
    t.is(outcome.value.body.length, 0);
  }
  t.is(received, total);
  t.true(largest <= 65536);
});

test('a server below the floor is given up when its time is over, not before, and not above it', async t => {
  for (const [sent, expected] of [
    [10, 'unreachable'],
    [11, 'xxxxxxxxxxxxxxxxxxxx'],
  ] as const) {
    let finish = () => {};
    const server = await rawServer(socket => {
      onRequest(socket, () => {
        const head = `${ok}Content-Length: 20\r\n\r\n`;
        socket.write(head + 'x'.repeat(sent));
        finish = () => void socket.write('x'.repeat(20 - sent));
      });
    });
    const byHand = new HandClock();
    const http = client(server.url, { clock: byHand });
    let received = 0;
    let arrived = () => {};
    const all = new Promise<void>(resolve => {
      arrived = resolve;
    });
    const exchange = http.request({
      method: 'GET',
      mostBytes: 20,
      floor: { bytes: `${ok}Content-Length: 20\r\n\r\n`.length + 11, milliseconds: 1000 },
      onBody(piece) {
        received += piece.length;
        if (received === sent) arrived();
      },
    });
    await all;
    byHand.advance(999);
    byHand.advance(1);
    finish();
    const outcome = await exchange.outcome;
    t.is(outcome.verdict === 'accepted' ? 'x'.repeat(received) : said(outcome), expected);
    http.close();
    await server.close();
  }
});

test('a cancelled exchange calls nobody back, and those that wait go on', async t => {
  const server = await answering((_body, head) => {
    if (head.includes('/slow')) return `${ok}Content-Length: 10\r\n\r\nhalf`;
    return httpAnswer('next');
  });
  const http = client(server.url);
  let pieces = 0;
  const first = http.request({
    method: 'GET',
    path: '/slow',
    mostBytes: 10,
    onBody() {
      pieces++;
      first.cancel();
    },
  });
  const second = http.request({ method: 'GET', mostBytes: 10 });
  const third = http.request({ method: 'GET', mostBytes: 10 });
  third.cancel();
  t.is(said(await first.outcome), 'cancelled');
  t.is(said(await second.outcome), 'next');
  t.is(said(await third.outcome), 'cancelled');
  t.is(pieces, 1);
  http.close();
  t.is(said(await http.request({ method: 'GET', mostBytes: 10 }).outcome), 'cancelled');
  await server.close();
});

test('closing the client ends what runs and what waits', async t => {
  const server = await rawServer(socket => socket.resume());
  const http = client(server.url);
  const outcomes = [1, 2].map(() => http.request({ method: 'GET', mostBytes: 10 }).outcome);
  http.close();
  http.close();
  t.deepEqual((await Promise.all(outcomes)).map(said), ['cancelled', 'cancelled']);
  await server.close();
});

test('more requests than may wait are turned away, those within are served', async t => {
  const server = await answering(httpAnswer('ok'));
  const http = client(server.url);
  const outcomes = Array.from(
    { length: WAITING_MAX + 2 },
    () => http.request({ method: 'GET', mostBytes: 10 }).outcome,
  );
  const served = Array.from({ length: WAITING_MAX + 1 }, () => 'ok');
  t.deepEqual((await Promise.all(outcomes)).map(said), [...served, 'unreachable']);
  http.close();
  await server.close();
});

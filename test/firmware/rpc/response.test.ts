import test from 'ava';
import fc from 'fast-check';
import { ResponseParser } from '../../../firmware/rpc/response.js';
import { readContentRange } from '../../../firmware/rpc/responseHead.js';
import { hostHeader, parseUrl } from '../../../firmware/rpc/url.js';

const limits = { headBytes: 2000, headFields: 20, bodyBytes: 2000 };

function read(pieces: Uint8Array[]): {
  body: string;
  status: number | undefined;
  complete: boolean;
  fault: string | undefined;
} {
  let body = '';
  let status: number | undefined;
  const parser = new ResponseParser(limits, {
    onHead(head) {
      status = head.status;
    },
    onBody(piece) {
      body += Buffer.from(piece).toString('latin1');
    },
  });
  for (const piece of pieces) parser.push(piece);
  parser.end();
  return { body, status, complete: parser.complete, fault: parser.fault?.code };
}

function split(bytes: Uint8Array, cuts: number[]): Uint8Array[] {
  const at = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
}

const framings: Record<string, (body: string) => string> = {
  length: body => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  end: body => `HTTP/1.1 200 OK\r\n\r\n${body}`,
  chunks: body => {
    const parts = body.match(/[\s\S]{1,7}/g) ?? [];
    const chunks = parts.map(part => `${part.length.toString(16)}\r\n${part}\r\n`).join('');
    return `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\nX: y\r\n\r\n`;
  },
};

for (const [name, frame] of Object.entries(framings)) {
  test(`a body framed by ${name} comes out the same wherever the bytes are cut`, t => {
    const anyBody = fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes).toString('latin1'));
    fc.assert(
      fc.property(anyBody, fc.array(fc.nat(), { maxLength: 30 }), (body, cuts) => {
        const bytes = Buffer.from(frame(body), 'latin1');
        t.deepEqual(read(split(bytes, cuts)), { body, status: 200, complete: true, fault: undefined });
      }),
    );
  });
}

test('every proper beginning of a response with a length is incomplete, never complete and never a fault', t => {
  for (const frame of [framings.length, framings.chunks]) {
    const bytes = Buffer.from(frame('hello, world'), 'latin1');
    for (let end = 0; end < bytes.length; end++) {
      const { complete, fault } = read([bytes.subarray(0, end)]);
      t.deepEqual({ complete, fault }, { complete: false, fault: undefined });
    }
  }
});

test('one changed byte gives a verdict, never an exception', t => {
  const frames = Object.values(framings).map(frame => Buffer.from(frame('hello, world, hello'), 'latin1'));
  fc.assert(
    fc.property(fc.constantFrom(...frames), fc.nat(), fc.nat(255), (bytes, at, value) => {
      const changed = Uint8Array.from(bytes);
      changed[at % changed.length] = value;
      t.notThrows(() => read([changed]));
    }),
  );
});

test('a Content-Range is read as RFC 9110 writes it, and nothing else', t => {
  t.deepEqual(readContentRange('bytes 0-499/1234'), { first: 0, last: 499, length: 1234 });
  t.deepEqual(readContentRange('bytes 5-5/*'), { first: 5, last: 5, length: undefined });
  t.deepEqual(readContentRange('bytes */1234'), { length: 1234 });
  for (const wrong of [
    '',
    'bytes',
    'bytes */*',
    'bytes 5-4/10',
    'bytes 0-10/10',
    'bytes 0-1',
    'items 0-1/2',
    'bytes -1-2/5',
    'bytes 0-1/2, 3-4/5',
    'bytes 0-9999999999999999/*',
  ]) {
    t.is(readContentRange(wrong), undefined, wrong);
  }
});

test('URLs of a board’s configuration are read', t => {
  t.deepEqual(parseUrl('https://rpc.example:8545/v3/key?x=1'), {
    scheme: 'https',
    secure: true,
    host: 'rpc.example',
    port: 8545,
    path: '/v3/key?x=1',
  });
  t.is(parseUrl('http://a')!.port, 80);
  t.is(parseUrl('http://a')!.path, '/');
  t.is(parseUrl('http://a?x')!.path, '/?x');
  t.is(parseUrl('mqtts://a')!.port, 8883);
  t.is(hostHeader(parseUrl('http://[::1]:8545/')!), '[::1]:8545');
  t.is(hostHeader(parseUrl('https://a:443/')!), 'a');
});

test('what is read as a URL is read as the URL standard reads it', t => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, validSchemes: ['http', 'https'] }), text => {
      const ours = parseUrl(text);
      if (ours === undefined) return;
      const theirs = new URL(text);
      t.is(ours.host, theirs.hostname);
      t.is(ours.port, Number(theirs.port || (theirs.protocol === 'https:' ? 443 : 80)));
    }),
  );
});

import test from 'ava';
import fc from 'fast-check';
import { HttpClient } from '../../../firmware/rpc/http.js';
import { parseUrl } from '../../../firmware/rpc/url.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { hastyNetwork } from './platform.js';
import { httpAnswer } from './support.js';

const url = parseUrl('http://board.example/')!;
const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

test('a platform that calls back from within every call is served as well', async t => {
  let request = '';
  const network = hastyNetwork({
    answer(written) {
      request += Buffer.from(written).toString('latin1');
      if (!request.endsWith('\r\n\r\n')) return [];
      request = '';
      return [...httpAnswer('hello')].map(latin1);
    },
  });
  const clock = new HandClock();
  const http = new HttpClient({ network, clock, url });
  const outcomes = [1, 2, 3].map(
    () => http.request({ method: 'GET', mostBytes: 10, timeoutMilliseconds: 100 }).outcome,
  );
  for (const outcome of await Promise.all(outcomes)) {
    t.is(
      outcome.verdict === 'accepted' ? Buffer.from(outcome.value.body).toString() : outcome.evidence,
      'hello',
    );
  }
  t.is(network.sockets, 1);
  http.close();
  t.is(clock.waiting, 0);
});

test('any answer, however changed and cut, ends in one of the outcomes and leaves no timer', async t => {
  const change = fc.record({ at: fc.nat(), value: fc.nat(255), cut: fc.nat() });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 4 }), fc.boolean(), async (changes, chunked) => {
      const text = chunked
        ? 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'
        : httpAnswer('hello', 'X: y\r\n');
      const bytes = latin1(text);
      for (const { at, value } of changes) bytes[at % bytes.length] = value;
      const cuts = [0, ...changes.map(({ cut }) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
      const pieces = cuts.slice(1).map((end, i) => bytes.slice(cuts[i], end));
      let said = false;
      const network = hastyNetwork({
        answer() {
          if (said) return [];
          said = true;
          return pieces;
        },
        room: 1000,
      });
      const clock = new HandClock();
      const http = new HttpClient({ network, clock, url });
      const { outcome } = http.request({ method: 'GET', mostBytes: 10, timeoutMilliseconds: 100 });
      await Promise.resolve();
      clock.advance(1000);
      const { verdict } = await outcome;
      t.regex(verdict, /^(accepted|rejected|undetermined)$/);
      if (changes.length === 0) t.is(verdict, 'accepted');
      http.close();
      t.is(clock.waiting, 0);
    }),
    { numRuns: 500 },
  );
});

test('a network that throws is an endpoint out of reach', async t => {
  const network = {
    connect() {
      throw new Error('no sockets left');
    },
  };
  const http = new HttpClient({ network, clock: new HandClock(), url });
  const outcome = await http.request({ method: 'GET', mostBytes: 10 }).outcome;
  t.is(outcome.verdict, 'undetermined');
  http.close();
});

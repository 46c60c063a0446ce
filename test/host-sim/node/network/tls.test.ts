import type net from 'node:net';
import tls from 'node:tls';
import test from 'ava';
import { HttpClient } from '../../../../firmware/rpc/http.js';
import { parseUrl } from '../../../../firmware/rpc/url.js';
import { nodeNetwork } from '../../../../host-sim/node/network/socket.js';
import { clock, httpAnswer, onRequest } from '../../../firmware/rpc/support.js';
import { selfSigned } from './certificate.js';

test('TLS is spoken with a server of a trusted certificate, and not with any other', async t => {
  const ours = selfSigned();
  const server = tls.createServer({ key: ours.key, cert: ours.certificate }, socket => {
    socket.on('error', () => {});
    onRequest(socket, () => socket.write(httpAnswer('secret')));
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = parseUrl(`https://127.0.0.1:${(server.address() as net.AddressInfo).port}/`)!;
  for (const [certificates, expected] of [
    [ours.certificate, 'accepted'],
    [selfSigned().certificate, 'undetermined'],
    [undefined, 'undetermined'],
  ] as const) {
    const http = new HttpClient({ network: nodeNetwork({ certificates }), clock, url });
    const outcome = await http.request({ method: 'GET', mostBytes: 100, timeoutMilliseconds: 20_000 })
      .outcome;
    t.is(outcome.verdict, expected);
    if (outcome.verdict === 'undetermined') t.is(outcome.cause, 'unreachable');
    http.close();
  }
  // The plain twin: this server does not answer to it.
  const plain = new HttpClient({ network: nodeNetwork(), clock, url: { ...url, secure: false } });
  t.is(
    (await plain.request({ method: 'GET', mostBytes: 100, timeoutMilliseconds: 20_000 }).outcome).verdict,
    'undetermined',
  );
  plain.close();
  await new Promise(resolve => server.close(resolve));
});

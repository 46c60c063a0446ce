import type net from 'node:net';
import tls from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { tcpNetwork } from '../../../firmware/esp32/network.js';
import { tlsNetwork } from '../../../firmware/esp32/tls.js';
import type { Network } from '../../../firmware/port/socket.js';
import { selfSigned } from '../../host-sim/node/network/certificate.js';
import { networkContract } from '../port/network.js';
import { rawServer } from '../rpc/support.js';
import { fakeNetwork } from './fakes.js';
import { buildTlsEngine, type RunningEngine, startTlsEngine } from './tlsEngine.js';

const built = buildTlsEngine();
const engines: RunningEngine[] = [];
test.after.always(() => {
  for (const engine of engines) engine.close();
  if ('remove' in built) built.remove();
});

/** A test of the real engine: where it cannot be compiled it says so loudly and passes, unless everything is asked for. */
function engineTest(title: string, body: (t: ExecutionContext) => Promise<void> | void): void {
  test.serial(title, async t => {
    if ('program' in built) return body(t);
    t.log(`NOT RUN: there is no ${built.missing}`);
    if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail(built.missing);
    else t.pass();
  });
}

const der = (certificate: string): ArrayBuffer =>
  Uint8Array.from(Buffer.from(certificate.replace(/-----.*-----|\s/g, ''), 'base64')).buffer;

function chipNetwork(authority: ArrayBuffer | undefined): { network: Network; engine: RunningEngine } {
  const engine = startTlsEngine((built as { program: string }).program);
  engines.push(engine);
  const soon = (callback: () => void) => void setImmediate(callback);
  return { engine, network: tlsNetwork({ plain: tcpNetwork(fakeNetwork()), engine, authority, soon }) };
}

async function tlsServer(
  options: tls.TlsOptions,
  handle: (socket: net.Socket) => void,
): Promise<{ port: number; close(): Promise<void> }> {
  const open = new Set<net.Socket>();
  const server = tls.createServer(options, socket => {
    socket.on('error', () => {});
    handle(socket);
  });
  server.on('tlsClientError', () => {});
  server.on('connection', (socket: net.Socket) => open.add(socket.on('close', () => open.delete(socket))));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
}

const ours = selfSigned('board.test');
const settings = { key: ours.key, cert: ours.certificate };

networkContract(
  'the chip’s, with TLS',
  async () => ({
    network: chipNetwork(der(ours.certificate)).network,
    serve: handle => tlsServer(settings, handle),
    host: 'board.test',
    secure: true,
  }),
  engineTest as typeof test,
);

const outcome = (network: Network, port: number, host = 'board.test') =>
  new Promise<string>(resolve => {
    const socket = network.connect({
      host,
      port,
      secure: true,
      onReadable() {},
      onWritable() {
        socket.close();
        resolve('connected');
      },
      onClosed: cause => resolve(cause ?? 'closed'),
    });
  });

engineTest('a certificate that is refused says why; its trusted twin connects', async t => {
  const { network } = chipNetwork(der(ours.certificate));
  const server = await tlsServer(settings, () => {});
  t.is(await outcome(network, server.port), 'connected');
  t.is(await outcome(network, server.port, 'other.test'), 'TLS: the certificate is for another host');
  const stranger = chipNetwork(der(selfSigned('board.test').certificate));
  t.is(
    await outcome(stranger.network, server.port),
    'TLS: the certificate is not signed by the authority this board was built with',
  );
  await server.close();
});

engineTest('versions of TLS before 1.2 are not spoken', async t => {
  const { network } = chipNetwork(der(ours.certificate));
  const old = {
    ...settings,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'ALL:@SECLEVEL=0',
  } as const;
  const server = await tlsServer(old, () => {});
  t.regex(await outcome(network, server.port), /^TLS: /);
  await server.close();
  const newer = await tlsServer({ ...settings, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }, () => {});
  t.is(await outcome(network, newer.port), 'connected');
  await newer.close();
});

engineTest('a peer that speaks no TLS, or hangs up in the middle of it, is told of with words', async t => {
  const { network } = chipNetwork(der(ours.certificate));
  const talker = await rawServer(socket => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
  t.regex(await outcome(network, talker.port), /^TLS: /);
  const quitter = await rawServer(socket => void socket.once('data', () => socket.end()));
  t.is(await outcome(network, quitter.port), 'TLS: closed during the handshake');
  await talker.close();
  await quitter.close();
});

engineTest('a broken authority, and more connections than there is room for, end with words', async t => {
  const broken = chipNetwork(new ArrayBuffer(64));
  const server = await tlsServer(settings, () => {});
  const words = 'TLS: no memory for a connection, or a broken certificate authority';
  t.is(await outcome(broken.network, server.port), words);

  const { network } = chipNetwork(der(ours.certificate));
  const sockets = await Promise.all(
    [1, 2, 3, 4].map(
      () =>
        new Promise<{ close(): void }>(resolve => {
          const socket = network.connect({
            host: 'board.test',
            port: server.port,
            secure: true,
            onReadable() {},
            onWritable: () => resolve(socket),
            onClosed: cause => t.fail(cause),
          });
        }),
    ),
  );
  t.is(await outcome(network, server.port), words);
  sockets[0].close();
  t.is(await outcome(network, server.port), 'connected');
  for (const socket of sockets) socket.close();
  await server.close();
});

engineTest(
  'whatever a peer sends instead of TLS, the engine ends it and reads nothing that is not there',
  async t => {
    const { network } = chipNetwork(der(ours.certificate));
    for (let seed = 0; seed < 30; seed++) {
      const junk = Buffer.from(
        Array.from({ length: 1 + seed * 40 }, (_, i) => (seed * 131 + i * i * 7) & 255),
      );
      // The head of a real record now and then, so that something behind it is looked at.
      if (seed % 3 === 0) junk.set([22, 3, 3, 0, Math.min(255, junk.length)].slice(0, junk.length));
      const server = await rawServer(socket => void socket.end(junk));
      t.regex(await outcome(network, server.port), /^TLS: /);
      await server.close();
    }
  },
);

test('without an authority nothing is trusted, and without asking for TLS none is spoken', async t => {
  const fail = () => t.fail('the engine was asked') as never;
  const engine = {
    tlsOpen: fail,
    tlsTake: fail,
    tlsGive: fail,
    tlsStep: fail,
    tlsRead: fail,
    tlsWrite: fail,
    tlsCause: fail,
    tlsClose: fail,
  };
  const soon = (callback: () => void) => void setImmediate(callback);
  const network = tlsNetwork({ plain: tcpNetwork(fakeNetwork()), engine, authority: undefined, soon });
  t.regex(await outcome(network, 443), /no certificate authority/);
  const server = await rawServer(socket => void socket.write('plain'));
  const said = await new Promise<string>(resolve => {
    const socket = network.connect({
      host: '127.0.0.1',
      port: server.port,
      onReadable() {
        resolve(Buffer.from(socket.read()!).toString());
        socket.close();
      },
      onWritable() {},
      onClosed: cause => resolve(`closed: ${cause}`),
    });
  });
  t.is(said, 'plain');
  await server.close();
});

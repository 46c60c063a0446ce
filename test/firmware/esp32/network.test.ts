import type net from 'node:net';
import test from 'ava';
import { timerClock } from '../../../firmware/esp32/clock.js';
import { isAddress, tcpNetwork } from '../../../firmware/esp32/network.js';
import { nodeClock } from '../../../host-sim/node/clock.js';
import { nodeNetwork } from '../../../host-sim/node/network/socket.js';
import { clockContract } from '../port/clock.js';
import { networkContract } from '../port/network.js';
import { rawServer } from '../rpc/support.js';
import { FakeTcp, fakeNetwork, fakeTimers } from './fakes.js';

const plain = { serve: (handle: (socket: net.Socket) => void) => rawServer(handle), secure: false };

networkContract('the simulator’s', async () => ({ ...plain, network: nodeNetwork(), host: '127.0.0.1' }));
networkContract('the chip’s, by address', async () => ({
  ...plain,
  network: tcpNetwork(fakeNetwork()),
  host: '127.0.0.1',
}));
networkContract('the chip’s, by name', async () => ({
  ...plain,
  network: tcpNetwork(fakeNetwork()),
  host: 'board.test',
}));

clockContract('the simulator’s', () => nodeClock);
clockContract('the chip’s', () =>
  timerClock(
    fakeTimers(),
    () => performance.now(),
    () => {},
  ),
);

const closing = (network: ReturnType<typeof tcpNetwork>, host: string, port: number, secure = false) =>
  new Promise<string | undefined>(resolve => {
    network.connect({ host, port, secure, onReadable() {}, onWritable() {}, onClosed: resolve });
  });

test('each way not to be connected has its own words', async t => {
  const network = tcpNetwork(fakeNetwork());
  t.is(await closing(network, 'nowhere.invalid', 80), 'no address for nowhere.invalid');
  t.is(await closing(network, '127.0.0.1', 0), 'no such port: 0');
  t.is(await closing(network, '127.0.0.1', 443, true), 'no TLS on this platform');
  const server = await rawServer(() => {});
  await server.close();
  t.is(await closing(network, '127.0.0.1', server.port), 'no connection: refused, or no way there');
  class NoNetwork extends FakeTcp {
    constructor(options: ConstructorParameters<typeof FakeTcp>[0]) {
      super({ ...options, address: 'no' });
    }
  }
  const down = tcpNetwork({ ...fakeNetwork(), TCP: NoNetwork });
  t.is(await closing(down, '127.0.0.1', 80), 'no connection: invalid address');
});

/** A list, and a promise for when it has so many: a busy machine may take its time. */
function filled(count: number): { list: unknown[]; full: Promise<void> } {
  const list: unknown[] = [];
  const full = new Promise<void>(resolve => {
    list.push = (...items) => {
      for (const item of items) list[list.length] = item;
      if (list.length >= count) resolve();
      return list.length;
    };
  });
  return { list, full };
}

test('what a callback throws reaches the platform, not the SDK', async t => {
  const { full, list: faults } = filled(2);
  const server = await rawServer(socket => void socket.write('x'));
  const network = tcpNetwork(fakeNetwork(faults));
  const thrown = ['writable', 'readable'].map(name => new Error(name));
  const socket = network.connect({
    host: '127.0.0.1',
    port: server.port,
    onWritable() {
      throw thrown[0];
    },
    onReadable() {
      throw thrown[1];
    },
    onClosed() {},
  });
  await full;
  socket.close();
  t.deepEqual([...faults], thrown);
  await server.close();

  const timers = fakeTimers();
  const { full: told, list: late } = filled(1);
  const clock = timerClock(
    timers,
    () => 0,
    error => late.push(error),
  );
  clock.after(0, () => {
    throw thrown[0];
  });
  await told;
  t.deepEqual([...late], [thrown[0]]);
  t.is(timers.running.size, 0);
});

test('an address is four numbers below 256, and nothing that a resolver must be asked for', t => {
  for (const host of ['127.0.0.1', '0.0.0.0', '255.255.255.255']) t.true(isAddress(host), host);
  for (const host of ['256.1.1.1', '1.2.3', '1.2.3.4.5', 'a.b.c.d', '1..2.3', '', '1.2.3.4 ', '0x1.2.3.4']) {
    t.false(isAddress(host), host);
  }
});

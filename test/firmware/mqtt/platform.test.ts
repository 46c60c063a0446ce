import test from 'ava';
import fc from 'fast-check';
import { type Delivery, MqttClient } from '../../../firmware/mqtt/client.js';
import { KeepAlive } from '../../../firmware/mqtt/keepAlive.js';
import type { ProtocolVersion } from '../../../firmware/mqtt/packet.js';
import type { Clock } from '../../../firmware/port/clock.js';
import type { Network, SocketOptions } from '../../../firmware/port/socket.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { hastyNetwork } from '../rpc/platform.js';
import { bytes, connAck } from './support.js';

const entropy = { fill: (target: Uint8Array) => void target.fill(128) };

/** The words of a broker to a board that subscribes and publishes: CONNACK, SUBACK, a message, PUBACK. */
const story: Record<ProtocolVersion, number[]> = {
  4: [...connAck[4], 0x90, 3, 0, 1, 1, 0x32, 7, 0, 1, 65, 0, 9, 1, 2, 0x40, 2, 0, 2, 0xd0, 0],
  5: [...connAck[5], 0x90, 4, 0, 1, 0, 1, 0x32, 8, 0, 1, 65, 0, 9, 0, 1, 2, 0x40, 2, 0, 2, 0xd0, 0],
};

interface Play {
  messages: number;
  delivery: Delivery;
  losses: number;
}

async function play(version: ProtocolVersion, said: Uint8Array, cuts: number[]): Promise<Play> {
  const at = [0, ...cuts.map(cut => cut % said.length).sort((a, b) => a - b), said.length];
  const pieces = at.slice(1).map((end, i) => said.slice(at[i], end));
  let spoken = false;
  const network = hastyNetwork({
    answer(written) {
      // After SUBSCRIBE and PUBLISH went out, so that the answers fit; CONNECT needs one at once.
      if (spoken || written[0] !== 0x10) return [];
      spoken = true;
      return pieces;
    },
    room: 1000,
  });
  const clock = new HandClock();
  const result = { messages: 0, losses: 0 };
  const client: MqttClient = new MqttClient({
    network,
    clock,
    entropy,
    host: 'broker',
    port: 1,
    clientId: 'board',
    protocolVersion: version,
    onMessage: () => void result.messages++,
    onConnected() {
      void client.subscribe('A');
      void client.publish('B', bytes('x')).then(settled => {
        delivery ??= settled;
      });
    },
    onDisconnected: () => void result.losses++,
  });
  let delivery: Delivery | undefined;
  clock.advance(5000);
  client.close();
  await Promise.resolve();
  if (clock.waiting !== 0) throw new Error('a timer is left');
  return { ...result, delivery: delivery ?? 'closed' };
}

test('a CONNACK with a keep-alive of 65,535 keeps nobody deaf: the board pings by its own interval; a shorter one counts', t => {
  const connAckWith = (seconds: number) => [0x20, 6, 0, 0, 3, 0x13, seconds >> 8, seconds & 255];
  const silence = (seconds: number) => {
    const pings: number[] = [];
    const losses: number[] = [];
    const clock = new HandClock();
    const network = hastyNetwork({
      answer(written) {
        if (written[0] === 0xc0) pings.push(clock.monotonic());
        return written[0] === 0x10 && pings.length === 0 ? [Uint8Array.from(connAckWith(seconds))] : [];
      },
      room: 1000,
    });
    const client = new MqttClient({
      ...{ network, clock, entropy, host: 'broker', port: 1, clientId: 'board', protocolVersion: 5 as const },
      keepAliveSeconds: 60,
      onMessage: () => {},
      onDisconnected: () => void losses.push(clock.monotonic()),
    });
    clock.advance(120_000);
    client.close();
    return { ping: pings[0], loss: losses[0] };
  };
  const long = silence(65_535);
  t.true(long.ping <= 60_000, `${long.ping} ms`);
  t.true(long.loss <= 90_000, `${long.loss} ms`);
  t.true(silence(10).ping <= 10_000);
});

for (const version of [4, 5] as ProtocolVersion[]) {
  test(`whatever a broker says (${version}), no exception comes out and no timer stays`, async t => {
    const change = fc.record({ at: fc.nat(), value: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 3 }),
        fc.array(fc.nat(), { maxLength: 6 }),
        async (changes, cuts) => {
          const said = Uint8Array.from(story[version]);
          for (const { at, value } of changes) said[at % said.length] = value;
          const result = await play(version, said, cuts);
          t.true(result.messages <= 2);
        },
      ),
      { numRuns: 1000 },
    );
  });
}

test('the unchanged twin is understood, however it is cut', async t => {
  for (const version of [4, 5] as ProtocolVersion[]) {
    for (let cut = 1; cut < story[version].length; cut++) {
      const result = await play(version, Uint8Array.from(story[version]), [cut]);
      t.deepEqual(result, { messages: 1, delivery: 'delivered', losses: 0 });
    }
  }
});

test('timers and pings keep their time: a busy board does not take its peer for dead', t => {
  const options = { seconds: 10, graceMilliseconds: 2000, tickMilliseconds: 1000, now: 0 };
  const quiet = new KeepAlive(options);
  const seen: Array<string | undefined> = [];
  for (let now = 1000; now <= 10_000; now += 1000) seen.push(quiet.due(now));
  t.deepEqual(seen, [...Array(7).fill(undefined), 'ping', undefined, 'dead']);

  const busy = new KeepAlive(options);
  for (let now = 1000; now <= 8000; now += 1000) busy.due(now);
  // Ten seconds of hashing: the answer may lie unread in the socket.
  t.is(busy.due(18_000), undefined);
  t.is(busy.due(19_000), undefined);
  t.is(busy.due(20_000), 'dead');

  const answered = new KeepAlive(options);
  for (let now = 1000; now <= 8000; now += 1000) answered.due(now);
  answered.received(8500);
  t.is(answered.due(9000), 'ping');
});

test('a broker that sends without end leaves the board its other work, and is read on', t => {
  const message = Uint8Array.of(0x30, 0x7f, 0, 1, 65, 0, ...new Uint8Array(123));
  let reads = 0;
  let platform: SocketOptions | undefined;
  const network: Network = {
    connect(given) {
      platform = given;
      return {
        read: () => (reads++ === 0 ? Uint8Array.from(connAck[5]) : message.slice()),
        write: () => 1000,
        close: () => {},
      };
    },
  };
  const soon = new Set<() => void>();
  const clock: Clock = {
    monotonic: () => 0,
    after(milliseconds, callback) {
      if (milliseconds === 0) soon.add(callback);
      return () => void soon.delete(callback);
    },
  };
  const turn = () => {
    const [first] = soon;
    soon.delete(first);
    first();
  };
  let messages = 0;
  const client = new MqttClient({
    ...{ network, clock, entropy, host: 'h', port: 1, clientId: 'board' },
    onMessage: () => messages++,
  });
  turn();
  platform!.onWritable(1000);
  const first = messages;
  t.true(first > 20 && first < 50, `${first} messages at once`);
  platform!.onReadable(128);
  t.is(messages, first, 'the rest waits for its turn');
  turn();
  t.true(messages >= 2 * first);
  client.close();
  t.is(soon.size, 0);
});

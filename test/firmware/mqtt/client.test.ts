import test, { type ExecutionContext } from 'ava';
import type { MqttClientOptions } from '../../../firmware/mqtt/client.js';
import type { ProtocolVersion } from '../../../firmware/mqtt/packet.js';
import { patient } from '../../../host-sim/node/patience.js';
import { freePort } from '../rpc/support.js';
import { aedesBroker, type Broker, bytes, mosquittoBroker, Recorder, sleep } from './support.js';

const brokers: ReadonlyArray<readonly [string, () => Promise<Broker | undefined>]> = [
  ['aedes', aedesBroker],
  ['mosquitto', mosquittoBroker],
];

interface Scene {
  broker: Broker;
  /** A client that is closed when the test ends. */
  join(options?: Partial<MqttClientOptions>): Recorder;
}

/** One test for each broker and protocol version. */
function onEachBroker(title: string, run: (t: ExecutionContext, scene: Scene) => Promise<void>): void {
  for (const [name, start] of brokers) {
    for (const protocolVersion of [4, 5] as ProtocolVersion[]) {
      test(`${title} (${name}, MQTT ${protocolVersion === 4 ? '3.1.1' : '5.0'})`, async t => {
        const broker = await start();
        if (broker === undefined) {
          if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail('mosquitto is required here and not installed');
          else t.log('SKIPPED: mosquitto is not installed (apt-get install mosquitto)');
          t.pass();
          return;
        }
        const joined: Recorder[] = [];
        try {
          await run(t, {
            broker,
            join(options = {}) {
              const recorder = new Recorder({ port: broker.port, protocolVersion, ...options });
              joined.push(recorder);
              return recorder;
            },
          });
        } finally {
          for (const { client } of joined) client.close();
          await broker.close();
        }
      });
    }
  }
}

onEachBroker('messages of both qualities arrive whole and in order', async (t, { join }) => {
  const receiver = join({ clientId: 'receiver' });
  t.is(await receiver.client.subscribe('holdfast/+/out', 1), 'granted');
  const sender = join({ clientId: 'sender' });
  for (const qos of [0, 1] as const) {
    const texts = Array.from({ length: 20 }, (_, i) => `${qos} ${i} ${'é'.repeat(i)}`);
    const deliveries = texts.map(text => sender.client.publish('holdfast/1/out', bytes(text), { qos }));
    t.deepEqual(new Set(await Promise.all(deliveries)), new Set(['delivered']));
    await receiver.until(() => receiver.messages.length === 20);
    t.deepEqual(receiver.texts(), texts);
    t.true(receiver.messages.every(({ topic }) => topic === 'holdfast/1/out'));
    receiver.messages.length = 0;
  }
});

onEachBroker('a large message passes where it is allowed, empty ones always', async (t, { join }) => {
  const client = join({ packetBytesMax: 300_000, queuedBytesMax: 300_000 }).client;
  const receiver = join({ clientId: 'receiver', packetBytesMax: 300_000 });
  await receiver.client.subscribe('t');
  t.is(await client.publish('t', new Uint8Array(200_000).fill(65)), 'delivered');
  t.is(await client.publish('t', new Uint8Array(0)), 'delivered');
  await receiver.until(() => receiver.messages.length === 2);
  t.deepEqual(
    receiver.texts().map(text => text.length),
    [200_000, 0],
  );
});

onEachBroker('a retained message waits for whoever comes later', async (t, { join }) => {
  const sender = join({ clientId: 'sender' });
  t.is(await sender.client.publish('status', bytes('on'), { retain: true }), 'delivered');
  const late = join({ clientId: 'late' });
  await late.client.subscribe('status');
  await late.until(() => late.messages.length === 1);
  t.deepEqual(late.messages, [{ topic: 'status', text: 'on' }]);
});

onEachBroker(
  'the will is published when a client is cut off, not when it says goodbye',
  async (t, { broker, join }) => {
    const will = { topic: 'presence', payload: bytes('offline'), qos: 1, retain: true } as const;
    const polite = join({ clientId: 'polite', will: { ...will, payload: bytes('polite offline') } });
    const rude = join({ clientId: 'rude', will, firstRetryMilliseconds: 60_000 });
    await Promise.all([polite.connected(), rude.connected()]);
    polite.client.close();
    while (broker.connections() > 1) await sleep(10);
    broker.cut();
    const watcher = join({ clientId: 'watcher' });
    await watcher.client.subscribe('presence');
    await watcher.until(() => watcher.messages.length === 1);
    await sleep(100);
    t.deepEqual(watcher.texts(), ['offline']);
  },
);

onEachBroker('what comes while a client is away is delivered in its session', async (t, { broker, join }) => {
  const receiver = join({ clientId: 'receiver' });
  await receiver.client.subscribe('in', 1);
  receiver.client.close();
  await sleep(50);
  const sender = join({ clientId: 'sender' });
  for (const text of ['one', 'two']) t.is(await sender.client.publish('in', bytes(text)), 'delivered');
  const again = join({ clientId: 'receiver' });
  await again.until(() => again.messages.length >= 2);
  t.deepEqual(again.connections, [true]);
  t.deepEqual(again.texts(), ['one', 'two']);
  t.truthy(broker);
});

onEachBroker('a clean start brings nothing back', async (t, { join }) => {
  const receiver = join({ clientId: 'receiver' });
  await receiver.client.subscribe('in', 1);
  receiver.client.close();
  await sleep(50);
  const sender = join({ clientId: 'sender' });
  t.is(await sender.client.publish('in', bytes('lost')), 'delivered');
  const again = join({ clientId: 'receiver', cleanStart: true });
  await again.connected();
  await sleep(150);
  t.deepEqual(again.connections, [false]);
  t.deepEqual(again.texts(), []);
});

onEachBroker(
  'a broken connection comes back with its subscriptions, and messages flow on',
  async (t, { broker, join }) => {
    const receiver = join({ clientId: 'receiver' });
    const sender = join({ clientId: 'sender' });
    await receiver.client.subscribe('in', 1);
    await sender.connected();
    for (let round = 1; round <= 3; round++) {
      broker.cut();
      t.is(await sender.client.publish('in', bytes(`round ${round}`)), 'delivered');
      await receiver.until(() => receiver.texts().includes(`round ${round}`));
    }
    t.true(receiver.losses.length >= 3);
    t.true(receiver.losses.every(({ kind }) => kind === 'unreachable'));
  },
);

onEachBroker(
  'messages published while nobody is there are delivered once there is',
  async (t, { broker, join }) => {
    const receiver = join({ clientId: 'receiver' });
    await receiver.client.subscribe('in', 1);
    const sender = join({ clientId: 'sender' });
    await sender.connected();
    await broker.suspend();
    const deliveries = ['a', 'b', 'c'].map(text => sender.client.publish('in', bytes(text)));
    await sender.until(() => sender.losses.length >= 3);
    await broker.resume();
    t.deepEqual(await Promise.all(deliveries), ['delivered', 'delivered', 'delivered']);
    await receiver.until(() => receiver.messages.length >= 3);
    t.deepEqual([...new Set(receiver.texts())], ['a', 'b', 'c']);
  },
);

onEachBroker('the connection is kept alive by pings', async (t, { join }) => {
  const client = join({ keepAliveSeconds: 1, pingTimeoutMilliseconds: patient(10_000) });
  await client.connected();
  await sleep(2500);
  t.true(client.client.connected);
  t.deepEqual(client.losses, []);
});

onEachBroker(
  'subscribing again to the same filter is granted again, and qualities are respected',
  async (t, { join }) => {
    const client = join();
    t.is(await client.client.subscribe('x', 0), 'granted');
    t.is(await client.client.subscribe('x', 0), 'granted');
    t.is(await client.client.subscribe('x', 1), 'granted');
    t.is(await client.client.publish('x', bytes('once')), 'delivered');
    await client.until(() => client.messages.length === 1);
    await sleep(50);
    t.deepEqual(client.texts(), ['once']);
  },
);

test('with nobody listening the waits grow, with chance in them, up to their bound', async t => {
  const recorder = new Recorder({
    port: await freePort(),
    firstRetryMilliseconds: 8,
    retryMillisecondsMax: 64,
  });
  await recorder.until(() => recorder.waits.length >= 8);
  recorder.client.close();
  const steps = [8, 16, 32, 64, 64, 64, 64, 64];
  recorder.waits.slice(0, 8).forEach((wait, i) => {
    t.true(wait >= steps[i] / 2 && wait <= steps[i], `${i}: ${wait}`);
  });
  t.true(new Set(recorder.waits.slice(3)).size > 1);
  t.true(recorder.losses.every(({ kind }) => kind === 'unreachable'));
});

test('close settles what is outstanding, ends the attempts, and is idempotent', async t => {
  const recorder = new Recorder({ port: await freePort(), clientId: 'board' });
  const outstanding = [
    recorder.client.publish('t', bytes('a')),
    recorder.client.publish('t', bytes('b'), { qos: 0 }),
    recorder.client.subscribe('t'),
  ];
  recorder.client.close();
  recorder.client.close();
  t.deepEqual(await Promise.all(outstanding), ['closed', 'closed', 'closed']);
  t.is(await recorder.client.publish('t', bytes('c')), 'closed');
  t.is(await recorder.client.subscribe('t'), 'closed');
  const { length } = recorder.losses;
  await sleep(100);
  t.is(recorder.losses.length, length);
});

test('beyond the bounds of the queue a message is dropped, within them it is delivered', async t => {
  const broker = await aedesBroker();
  await broker.suspend();
  const { client } = new Recorder({ port: broker.port, queuedMessagesMax: 3, queuedBytesMax: 1000 });
  const deliveries = [
    client.publish('t', new Uint8Array(500)),
    client.publish('t', new Uint8Array(600)),
    client.publish('t', new Uint8Array(400)),
    client.publish('t', new Uint8Array(1), { qos: 0 }),
    client.publish('t', new Uint8Array(1)),
  ];
  await broker.resume();
  t.deepEqual(await Promise.all(deliveries), ['delivered', 'dropped', 'delivered', 'delivered', 'dropped']);
  t.is(await client.publish('t', new Uint8Array(900)), 'delivered');
  client.close();
  await broker.close();
});

test('a message that says how much may wait with it leaves the rest of the room to others', async t => {
  const broker = await aedesBroker();
  await broker.suspend();
  const { client } = new Recorder({ port: broker.port, queuedBytesMax: 1000 });
  const passing = { qos: 0, queuedBytesMax: 600 } as const;
  const deliveries = [
    client.publish('t', new Uint8Array(400)),
    client.publish('t', new Uint8Array(300), passing),
    client.publish('t', new Uint8Array(198), passing),
    client.publish('t', new Uint8Array(1), passing),
    client.publish('t', new Uint8Array(300)),
  ];
  await broker.resume();
  t.deepEqual(await Promise.all(deliveries), ['delivered', 'dropped', 'delivered', 'dropped', 'delivered']);
  client.close();
  await broker.close();
});

test('a topic that cannot be published to is refused, its twin is not', async t => {
  const broker = await aedesBroker();
  const { client } = new Recorder({ port: broker.port });
  for (const topic of ['', 'a/+', 'a/#', 'a\0b', 'x'.repeat(70_000)]) {
    t.is(await client.publish(topic, bytes('x')), 'refused', topic.slice(0, 10));
  }
  t.is(await client.publish('a/b', bytes('x')), 'delivered');
  t.is(await client.publish('x'.repeat(1000), bytes('x')), 'delivered');
  client.close();
  await broker.close();
});

test('a client without an id or with an impossible keep-alive is not made', async t => {
  const port = await freePort();
  for (const options of [
    { clientId: '' },
    { keepAliveSeconds: 0 },
    { keepAliveSeconds: 70_000 },
    { keepAliveSeconds: Number.NaN },
  ]) {
    t.throws(() => new Recorder({ port, ...options }), { instanceOf: RangeError });
  }
});

test('a broker that refuses the login is told so, and asked again', async t => {
  const broker = await aedesBroker();
  broker.aedes.authenticate = (_client, username, password, done) => {
    done(null, username === 'board' && password?.toString() === 'secret');
  };
  for (const protocolVersion of [4, 5] as ProtocolVersion[]) {
    const wrong = new Recorder({ port: broker.port, protocolVersion, username: 'board', password: 'guess' });
    await wrong.until(() => wrong.losses.length >= 2);
    t.true(wrong.losses.every(({ kind }) => kind === 'refused'));
    t.deepEqual(wrong.connections, []);
    wrong.client.close();
    const right = new Recorder({ port: broker.port, protocolVersion, username: 'board', password: 'secret' });
    await right.connected();
    right.client.close();
  }
  await broker.close();
});

test('a subscription that the broker refuses is told as refused, another is granted', async t => {
  const broker = await aedesBroker();
  broker.aedes.authorizeSubscribe = (_client, subscription, done) => {
    done(null, subscription.topic === 'forbidden' ? null : subscription);
  };
  for (const protocolVersion of [4, 5] as ProtocolVersion[]) {
    const { client } = new Recorder({ port: broker.port, protocolVersion });
    t.is(await client.subscribe('forbidden'), 'refused');
    t.is(await client.subscribe('allowed'), 'granted');
    client.close();
  }
  await broker.close();
});

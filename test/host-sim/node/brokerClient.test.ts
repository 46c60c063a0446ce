import test from 'ava';
import { startBroker } from '../../../host-sim/broker/broker.js';
import { type BrokerClient, connectBroker } from '../../../host-sim/node/brokerClient.js';
import { topicMatches } from '../../../host-sim/node/brokerTopic.js';

async function connected(t: { teardown(run: () => void): void }, url: string): Promise<BrokerClient> {
  const client = await connectBroker({ url });
  t.teardown(client.close);
  return client;
}
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test('what one publishes another gets, byte for byte, large payloads too', async t => {
  const broker = await startBroker();
  t.teardown(broker.close);
  const [one, two] = [await connected(t, broker.url), await connected(t, broker.url)];
  const seen: string[] = [];
  await two.subscribe('a/+/c', ({ topic, payload }) => seen.push(`${topic} ${text(payload)}`));
  const message = two.next('a/#', ({ payload }) => payload.length > 1000);
  await one.publish('a/b/c', 'short');
  const long = Uint8Array.from({ length: 100_000 }, (_, i) => i);
  const sent = long.slice();
  const publishing = one.publish('a/x/c', sent);
  sent.fill(0);
  await publishing;
  t.deepEqual((await message).payload, long);
  t.is(seen[0], 'a/b/c short');
});

test('answers to many boards at once all go out', async t => {
  const broker = await startBroker();
  t.teardown(broker.close);
  const [one, two] = [await connected(t, broker.url), await connected(t, broker.url)];
  const seen = new Set<string>();
  await two.subscribe('all/+', ({ topic }) => seen.add(topic));
  await Promise.all(Array.from({ length: 200 }, (_, i) => one.publish(`all/${i}`, new Uint8Array(3000))));
  const last = two.next('all/last');
  await one.publish('all/last', 'end');
  await last;
  t.is(seen.size, 201);
});

test('a retained message waits for who comes later', async t => {
  const broker = await startBroker();
  t.teardown(broker.close);
  await (await connected(t, broker.url)).publish('status', 'here', { retain: true });
  const late = await connected(t, broker.url);
  const message = late.next('status');
  await late.subscribe('status', () => {});
  t.is(text((await message).payload), 'here');
});

test('an ended subscription is told nothing any more; a cut connection is made anew', async t => {
  const broker = await startBroker();
  t.teardown(broker.close);
  const client = await connected(t, broker.url);
  const seen: string[] = [];
  const end = await client.subscribe('a', ({ payload }) => seen.push(text(payload)));
  await client.subscribe('b', () => {});
  const first = client.next('a');
  await client.publish('a', '1');
  await first;
  broker.cutConnections();
  const next = client.next('b');
  await client.publish('b', '2');
  t.is(text((await next).payload), '2');
  end();
  const last = client.next('a');
  await client.publish('a', '3');
  await last;
  // QoS 1 may deliver again what the cut left unacknowledged.
  t.deepEqual([...new Set(seen)], ['1']);
});

test('what does not work is one line that names the remedy', async t => {
  const broker = await startBroker();
  await broker.close();
  const { message } = await t.throwsAsync(connectBroker({ url: broker.url, patience: 300 }));
  t.regex(message, /^no MQTT connection in 300 ms at mqtt:\/\/.*ECONNREFUSED.*--broker URL$/);
  for (const url of ['nonsense', 'http://127.0.0.1:1']) {
    await t.throwsAsync(connectBroker({ url }), { message: /mqtt:\/\/host:port/ });
  }
});

test('waiting for a message that does not come ends', async t => {
  const broker = await startBroker();
  t.teardown(broker.close);
  const client = await connected(t, broker.url);
  await t.throwsAsync(
    client.next('a', () => true, 50),
    { message: /no message on a in 50 ms/ },
  );
});

test('topic filters cover what MQTT says they cover', t => {
  for (const [filter, topic, covered] of [
    ['a/b', 'a/b', true],
    ['a/b', 'a/c', false],
    ['a/+', 'a/b', true],
    ['a/+', 'a', false],
    ['a/+', 'a/b/c', false],
    ['+/+', 'a/', true],
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['#', 'a/b', true],
    ['#', '$SYS/x', false],
    ['+/x', '$SYS/x', false],
    ['$SYS/#', '$SYS/x', true],
    ['a', 'a/b', false],
  ] as [string, string, boolean][]) {
    t.is(topicMatches(filter, topic), covered, `${filter} ${topic}`);
  }
});

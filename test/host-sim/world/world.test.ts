import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { MqttClient } from '../../../firmware/mqtt/client.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { VirtualBroker } from '../../../host-sim/world/broker.js';
import { EventLog } from '../../../host-sim/world/eventLog.js';
import { VirtualNetwork } from '../../../host-sim/world/network.js';
import { seededChance, seededEntropy } from '../../../host-sim/world/seed.js';
import { VirtualTime } from '../../../host-sim/world/time.js';
import { matches } from '../../../host-sim/world/topicFilter.js';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (words: string) => new TextEncoder().encode(words);

test('events run in the order of their time, then of their making, and a cancelled one never', async t => {
  const time = new VirtualTime();
  const ran: string[] = [];
  const note = (name: string) => () => ran.push(`${time.nowMs} ${name}`);
  time.after(20, note('c'));
  time.after(10, note('a'));
  time.after(10, note('b'));
  time.after(15, note('never'))();
  time.after(10, () => time.after(0, note('then')));
  time.after(31, note('later'));
  t.is(await time.run(30), 5);
  t.deepEqual(ran, ['10 a', '10 b', '10 then', '20 c']);
  t.is(time.nowMs, 30);
  await time.run(31);
  t.is(ran.at(-1), '31 later');
});

test('a thousand events in any order come out sorted', async t => {
  const time = new VirtualTime();
  const chance = seededChance(1, 'sorting');
  const seen: number[] = [];
  for (let i = 0; i < 1000; i++) time.after(chance.below(5000), () => seen.push(time.nowMs));
  await time.run(5000);
  t.is(seen.length, 1000);
  t.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  );
});

test('time stands still while real work is held, and for whatever follows from it', async t => {
  const time = new VirtualTime();
  const seen: string[] = [];
  const slow = () => new Promise<void>(resolve => setTimeout(resolve, 20));
  time.after(1, () => {
    void time.hold(slow()).then(async () => {
      seen.push(`first ${time.nowMs}`);
      await time.hold(slow());
      seen.push(`second ${time.nowMs}`);
    });
  });
  time.after(2, () => seen.push(`next ${time.nowMs}`));
  await time.run(10);
  t.deepEqual(seen, ['first 1', 'second 1', 'next 2']);
});

test('an actor that fails ends the run with its error, and so does what watches', async t => {
  const time = new VirtualTime();
  time.spawn(time.wait(5).then(() => Promise.reject(new Error('lost its way'))));
  await t.throwsAsync(time.run(10), { message: 'lost its way' });
  const other = new VirtualTime();
  other.after(1, () => {});
  const watch = () => {
    throw new Error('saw it');
  };
  await t.throwsAsync(other.run(10, watch), { message: 'saw it' });
});

test('chance and entropy repeat by seed and name', t => {
  const draw = (seed: number, name: string) => {
    const target = new Uint8Array(40);
    const entropy = seededEntropy(seed, name);
    entropy.fill(target.subarray(0, 7));
    entropy.fill(target.subarray(7));
    return `${target} ${seededChance(seed, name).below(1_000_000)}`;
  };
  t.is(draw(1, 'a'), draw(1, 'a'));
  t.is(new Set([draw(1, 'a'), draw(2, 'a'), draw(1, 'b')]).size, 3);
});

test('the hash of a log is that of all its lines', t => {
  const of = (...lines: string[]) => {
    const log = new EventLog();
    lines.forEach((line, at) => void log.add(at, 'x', line));
    return log.digest();
  };
  t.is(of('a', 'b'), of('a', 'b'));
  t.not(of('a', 'b'), of('b', 'a'));
});

/** A service that answers each piece with itself, and a client that sends one word. */
function echo(seed: number) {
  const time = new VirtualTime();
  const network = new VirtualNetwork(time, seededChance(seed, 'network'));
  const seen: string[] = [];
  network.serve('echo:7', connection => {
    connection.onBytes = piece => connection.send(piece);
    connection.onGone = () => seen.push(`${time.nowMs} gone`);
  });
  const dial = (host: string) => {
    const socket = network.portOf('client').connect({
      host,
      port: 7,
      onWritable: count => seen.push(`${time.nowMs} writable ${count}`),
      onReadable: () => seen.push(`${time.nowMs} ${text(socket.read()!)}`),
      onClosed: cause => seen.push(`${time.nowMs} closed ${cause}`),
    });
    return socket;
  };
  return { time, network, seen, dial };
}

const words = (seen: readonly string[]) => seen.map(line => line.replace(/^\d+ /, ''));

test('bytes arrive whole and in order, with delays that the seed draws', async t => {
  const run = async (seed: number) => {
    const { dial, seen, time } = echo(seed);
    const socket = dial('echo');
    await time.run(200);
    for (const word of ['one', 'two', 'three']) socket.write(bytes(word));
    await time.run(1000);
    return seen;
  };
  const seen = await run(1);
  t.deepEqual(
    words(seen).filter(line => !line.startsWith('writable')),
    ['one', 'two', 'three'],
  );
  t.deepEqual(await run(1), seen);
  t.notDeepEqual(await run(2), seen);
});

test('a name that nobody serves is refused; a cut resets both ends; a partition delays and loses nothing', async t => {
  const { dial, network, seen, time } = echo(3);
  dial('nobody');
  await time.run(100);
  t.deepEqual(words(seen), ['closed refused']);
  const socket = dial('echo');
  await time.run(300);
  network.partition('client', 60_000);
  socket.write(bytes('held'));
  dial('echo');
  await time.run(60_000);
  t.deepEqual(words(seen).slice(1), ['writable 65536', 'closed timed out']);
  await time.run(61_000);
  t.deepEqual(words(seen).slice(3), ['writable 65536', 'held']);
  t.is(network.cut('client'), 1);
  await time.run(62_000);
  t.deepEqual(words(seen).slice(5).sort(), ['closed reset', 'gone']);
});

test('a slow client takes longer than it does otherwise', async t => {
  const taken = async (isSlow: boolean) => {
    const { dial, network, seen, time } = echo(4);
    if (isSlow) network.slow('client', 100_000);
    const socket = dial('echo');
    await time.run(5000);
    socket.write(bytes('x'));
    await time.run(20_000);
    return Number.parseInt(seen.find(line => line.endsWith(' x'))!, 10) - 5000;
  };
  t.true((await taken(true)) > 5 * (await taken(false)));
});

test('topic filters match as the standard says', t => {
  for (const [filter, topic] of [
    ['a/b', 'a/b'],
    ['a/+', 'a/b'],
    ['+/+/c', 'a/b/c'],
    ['a/#', 'a/b/c'],
    ['a/#', 'a'],
    ['#', 'a/b'],
  ])
    t.true(matches(filter, topic), `${filter} ${topic}`);
  for (const [filter, topic] of [
    ['a/b', 'a/c'],
    ['a/+', 'a/b/c'],
    ['a/+', 'a'],
    ['a/b/c', 'a/b'],
  ])
    t.false(matches(filter, topic), `${filter} ${topic}`);
});

/** The firmware's own client at the virtual broker. */
function atBroker(protocolVersion: 4 | 5) {
  const time = new VirtualTime();
  const network = new VirtualNetwork(time, seededChance(5, 'network'));
  const broker = new VirtualBroker(time, network, 'broker:1883');
  const seen: string[] = [];
  const client = (name: string, options: { cleanStart?: boolean; will?: boolean } = {}) =>
    new MqttClient({
      network: network.portOf(name),
      clock: time.clock(),
      entropy: seededEntropy(5, name),
      host: 'broker',
      port: 1883,
      clientId: name,
      protocolVersion,
      cleanStart: options.cleanStart,
      ...(options.will && { will: { topic: 'will', payload: bytes(name), qos: 1, retain: false } }),
      onMessage: (topic, payload) => seen.push(`${name}: ${topic} ${text(payload)}`),
      onConnected: ({ sessionPresent }) => seen.push(`${name}: session ${sessionPresent}`),
    });
  return { time, network, broker, seen, client };
}

for (const version of [4, 5] as const) {
  test(`MQTT ${version}: QoS 1, retained messages, wills and pings reach those who subscribed`, async t => {
    const { client, network, seen, time } = atBroker(version);
    const a = client('a');
    const b = client('b', { will: true });
    void a.subscribe('to/+', 1);
    void a.subscribe('will', 1);
    await time.run(5000);
    t.deepEqual(seen.splice(0).sort(), ['a: session false', 'b: session false']);
    const delivered = b.publish('to/a', bytes('hello'), { qos: 1 });
    void b.publish('kept', bytes('old'), { qos: 1, retain: true });
    void b.publish('kept', bytes('new'), { qos: 0, retain: true });
    await time.run(10_000);
    t.is(await delivered, 'delivered');
    void a.subscribe('kept', 0);
    await time.run(15_000);
    t.deepEqual(seen.splice(0), ['a: to/a hello', 'a: kept new']);
    // Ten minutes of silence are bridged by pings; a connection that is cut publishes the will.
    await time.run(600_000);
    t.deepEqual(seen, []);
    network.cut('b');
    await time.run(601_000);
    t.deepEqual(seen.splice(0, 1), ['a: will b']);
  });

  test(`MQTT ${version}: what an absent client missed waits in its session, and is gone with a clean start`, async t => {
    const { client, network, seen, time } = atBroker(version);
    const a = client('a');
    const b = client('b');
    void a.subscribe('to/a', 1);
    await time.run(5000);
    network.partition('a', 200_000);
    await time.run(100_000);
    seen.length = 0;
    for (let i = 0; i < 20; i++) void b.publish('to/a', bytes(`${i}`), { qos: 1 });
    await time.run(400_000);
    const got = seen.filter(line => line.startsWith('a: to/a'));
    t.deepEqual(
      [...new Set(got)],
      Array.from({ length: 20 }, (_, i) => `a: to/a ${i}`),
    );
    t.true(seen.includes('a: session true'));
    a.close();
    await time.run(401_000);
    seen.length = 0;
    client('a', { cleanStart: true });
    void b.publish('to/a', bytes('lost'), { qos: 1 });
    await time.run(500_000);
    t.deepEqual(seen, ['a: session false']);
  });
}

test('nothing of the world asks the machine for time, chance or order', t => {
  const banned =
    /Date\.now|new Date|Math\.random|randomFill|randomBytes|randomUUID|getRandomValues|performance\b|setTimeout|setInterval|hrtime/;
  for (const folder of ['host-sim/world', 'tools/sim']) {
    for (const name of readdirSync(join(repositoryRoot, folder))) {
      // The program that starts worlds and ends them when a person's time is over is in none of them.
      if (name === 'swarmMain.ts') continue;
      const found = banned.exec(readFileSync(join(repositoryRoot, folder, name), 'utf8'));
      t.is(found?.[0], undefined, `${folder}/${name}`);
    }
  }
  t.regex('x = Date.now()', banned);
});

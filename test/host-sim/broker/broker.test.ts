import { connect, type Socket } from 'node:net';
import test from 'ava';
import { generate, type Packet, parser } from 'mqtt-packet';
import { startBroker } from '../../../host-sim/broker/broker.js';

/** A client by hand, on the codec alone, so that the broker is not tested through our own client. */
async function client(port: number, protocolVersion: 4 | 5, clientId: string, clean = true) {
  const socket = connect(port, '127.0.0.1');
  const received: Packet[] = [];
  const waiting: ((packet: Packet) => void)[] = [];
  const decoder = parser({ protocolVersion });
  decoder.on('packet', packet => (waiting.length > 0 ? waiting.shift()!(packet) : received.push(packet)));
  socket.on('data', data => decoder.parse(data)).on('error', () => {});
  const next = () =>
    new Promise<Packet>(resolve =>
      received.length > 0 ? resolve(received.shift()!) : waiting.push(resolve),
    );
  const send = (packet: Packet) => socket.write(generate(packet, { protocolVersion }));
  send({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion,
    clientId,
    clean,
    keepalive: 60,
    ...(protocolVersion === 5 && { properties: { sessionExpiryInterval: 60 } }),
  });
  return { socket, send, next, connack: await next() };
}
const ended = (socket: Socket) => new Promise(resolve => socket.once('close', resolve));

for (const version of [4, 5] as const) {
  test(`MQTT ${version === 4 ? '3.1.1' : '5'}: a message of QoS 1 reaches who was away when it was sent`, async t => {
    const broker = await startBroker();
    t.teardown(broker.close);
    const away = await client(broker.port, version, 'away', false);
    away.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a/#', qos: 1 }] });
    t.is((await away.next()).cmd, 'suback');
    away.socket.destroy();
    await ended(away.socket);
    const sender = await client(broker.port, version, 'sender');
    sender.send({
      cmd: 'publish',
      topic: 'a/b',
      payload: 'late',
      qos: 1,
      messageId: 7,
      dup: false,
      retain: false,
    });
    t.is((await sender.next()).cmd, 'puback');
    const back = await client(broker.port, version, 'away', false);
    t.true((back.connack as { sessionPresent: boolean }).sessionPresent);
    const message = await back.next();
    t.is(message.cmd === 'publish' && message.payload.toString(), 'late');
    back.socket.destroy();
    sender.socket.destroy();
  });
}

test('closing cuts the clients and frees the port; closing again is fine', async t => {
  const broker = await startBroker();
  const one = await client(broker.port, 4, 'one');
  const cut = ended(one.socket);
  await broker.close();
  await broker.close();
  await cut;
  const again = await startBroker({ port: broker.port });
  await again.close();
  t.pass();
});

test('cut connections can be made anew', async t => {
  const broker = await startBroker();
  t.teardown(broker.close);
  const one = await client(broker.port, 4, 'one');
  const cut = ended(one.socket);
  broker.cutConnections();
  await cut;
  const two = await client(broker.port, 4, 'one');
  t.is(two.connack.cmd, 'connack');
  two.socket.destroy();
});

test('nonsense and a client that vanishes do no harm to the others', async t => {
  const broker = await startBroker();
  t.teardown(broker.close);
  for (const bytes of [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(100, 0xff), Buffer.from([0x10])]) {
    const socket = connect(broker.port, '127.0.0.1');
    socket.on('error', () => {});
    await new Promise(resolve => socket.once('connect', resolve));
    socket.write(bytes);
    socket.destroy();
    await ended(socket);
  }
  const one = await client(broker.port, 5, 'one');
  t.is(one.connack.cmd, 'connack');
  one.socket.destroy();
});

test('a taken port is one line that names the remedy, and an aborted signal closes', async t => {
  const abort = new AbortController();
  const broker = await startBroker({ signal: abort.signal });
  const { message } = await t.throwsAsync(startBroker({ port: broker.port }));
  t.regex(message, /^no broker to start: port \d+ is taken .*--broker URL/);
  abort.abort();
  await broker.close();
  await t.throwsAsync(startBroker({ signal: abort.signal }), { any: true });
});

import type net from 'node:net';
import test from 'ava';
import mqttPacket from 'mqtt-packet';
import type { Loss, MqttClientOptions } from '../../../firmware/mqtt/client.js';
import type { ProtocolVersion } from '../../../firmware/mqtt/packet.js';
import { patient } from '../../../host-sim/node/patience.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { rawServer } from '../rpc/support.js';
import { bytes, connAck, Recorder, scriptedBroker, sleep } from './support.js';

/** The packets of a connection as a broker that behaves would read them. */
function reader(
  onPacket: (packet: mqttPacket.Packet) => void,
  version: ProtocolVersion,
): (data: Buffer) => void {
  const parser = mqttPacket.parser({ protocolVersion: version });
  parser.on('packet', onPacket);
  return data => void parser.parse(data);
}

type Handle = (packet: mqttPacket.Packet, socket: net.Socket, connection: number) => void;

/** A broker that says CONNACK itself and leaves the rest to `handle`. */
function politeBroker(version: ProtocolVersion, handle: Handle, answer: Uint8Array = connAck[version]) {
  return rawServer((socket, connection) => {
    const read = reader(packet => {
      if (packet.cmd === 'connect') socket.write(answer);
      handle(packet, socket, connection);
    }, version);
    socket.on('data', read);
  });
}

const generate = (packet: mqttPacket.Packet, version: ProtocolVersion) =>
  mqttPacket.generate(packet, { protocolVersion: version });

const inbound = (text: string, version: ProtocolVersion, over: Partial<mqttPacket.IPublishPacket> = {}) =>
  generate(
    { cmd: 'publish', topic: 'in', payload: text, qos: 1, messageId: 9, retain: false, dup: false, ...over },
    version,
  );

/** The loss that the first connection's answer to CONNECT leads to; the second connection, which behaves, is reached. */
async function firstLoss(
  version: ProtocolVersion,
  answer: (socket: net.Socket) => void,
  options: Partial<MqttClientOptions> = {},
): Promise<Loss> {
  const server = await scriptedBroker((socket, _data, connection) => {
    if (connection === 0) answer(socket);
    else socket.write(connAck[version]);
  });
  const recorder = new Recorder({ port: server.port, protocolVersion: version, ...options });
  await recorder.until(
    ({ losses, connections }) => losses.length > 0 && connections.length > 0 && recorder.client.connected,
  );
  recorder.client.close();
  await server.close();
  return recorder.losses[0];
}

for (const version of [4, 5] as ProtocolVersion[]) {
  for (const [what, kind, answer] of [
    ['garbage', 'malformed', Buffer.from('\x00\xff\xfe garbage')],
    ['an HTTP answer', 'malformed', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a CONNACK of 256 MB', 'oversized', Buffer.from([0x20, 0xff, 0xff, 0xff, 0x7f])],
    [
      'a message of 256 MB',
      'oversized',
      Buffer.concat([connAck[version], Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f])]),
    ],
    ['a length of five bytes', 'malformed', Buffer.from([0x20, 0xff, 0xff, 0xff, 0xff, 0x01])],
    ['a message before CONNACK', 'malformed', inbound('x', version)],
    ['two CONNACKs', 'malformed', Buffer.concat([connAck[version], connAck[version]])],
    [
      'a refusal',
      'refused',
      version === 4 ? Buffer.from([0x20, 2, 0, 5]) : Buffer.from([0x20, 3, 0, 0x87, 0]),
    ],
    [
      'SUBACK to nothing',
      'malformed',
      Buffer.concat([
        connAck[version],
        Buffer.from(version === 4 ? [0x90, 3, 0, 1, 0] : [0x90, 4, 0, 1, 0, 0]),
      ]),
    ],
    ['a message of QoS 2', 'malformed', Buffer.concat([connAck[version], inbound('x', version, { qos: 2 })])],
    [
      'a message to a wildcard',
      'malformed',
      Buffer.concat([connAck[version], inbound('x', version, { topic: 'a/#' })]),
    ],
    [
      'a message that is too large, under a name of which there is no end,',
      'oversized',
      Buffer.concat([connAck[version], inbound('x'.repeat(20_000), version, { topic: 'x'.repeat(600) })]),
    ],
  ] as const) {
    test(`${what} (${version}) costs the connection as ${kind}, and the next one works`, async t => {
      t.is((await firstLoss(version, socket => void socket.write(answer))).kind, kind);
    });
  }

  test(`a message that is too large (${version}) is passed over and acknowledged, and the next one comes`, async t => {
    const acknowledged: (number | undefined)[] = [];
    const server = await politeBroker(version, (packet, socket) => {
      if (packet.cmd === 'puback') acknowledged.push(packet.messageId);
      if (packet.cmd !== 'connect') return;
      socket.write(inbound('x'.repeat(20_000), version, { messageId: 8 }));
      socket.write(inbound('x'.repeat(20_000), version, { qos: 0 }));
      socket.write(inbound('after it', version));
    });
    const tooLarge: number[] = [];
    const recorder = new Recorder({
      port: server.port,
      protocolVersion: version,
      onTooLarge: length => tooLarge.push(length),
    });
    await recorder.until(({ messages }) => messages.length > 0);
    while (acknowledged.length < 2) await sleep(10);
    t.deepEqual(acknowledged, [8, 9]);
    t.is(tooLarge.length, 2);
    t.true(tooLarge.every(length => length > 20_000));
    t.deepEqual(recorder.losses, []);
    recorder.client.close();
    await server.close();
  });

  test(`being cut off at any point (${version}) is unreachable, and the next connection works`, async t => {
    const whole = Buffer.concat([connAck[version], inbound('hello', version)]);
    for (let end = 0; end < whole.length; end++) {
      const loss = await firstLoss(version, socket => void socket.end(whole.subarray(0, end)));
      t.is(loss.kind, 'unreachable', `after ${end} bytes`);
    }
  });

  test(`a server that says nothing, or drips (${version}), is given up in time`, async t => {
    const options = { connectTimeoutMilliseconds: 200 };
    t.is((await firstLoss(version, () => {}, options)).kind, 'unreachable');
    const drip = (socket: net.Socket) => {
      const timer = setInterval(() => socket.write(Uint8Array.of(0x20)), 20);
      socket.on('close', () => clearInterval(timer));
    };
    t.is((await firstLoss(version, socket => drip(socket), options)).kind, 'unreachable');
  });

  test(`a peer that is dead, or only drips bytes (${version}), is noticed; one that answers pings is kept`, async t => {
    const options = { keepAliveSeconds: 1, protocolVersion: version };
    for (const [alive, answer] of [
      [false, () => {}],
      [
        false,
        (socket: net.Socket) => {
          // The beginning of a message that never ends.
          socket.write(Uint8Array.of(0x30, 0x80, 0x20));
          const timer = setInterval(() => socket.write('x'), 50);
          socket.on('close', () => clearInterval(timer));
        },
      ],
      [true, (socket: net.Socket) => void socket.write(Uint8Array.of(0xd0, 0))],
    ] as ReadonlyArray<readonly [boolean, (socket: net.Socket) => void]>) {
      const server = await politeBroker(version, (packet, socket) => {
        if (packet.cmd === 'pingreq') answer(socket);
      });
      const pingTimeoutMilliseconds = alive ? patient(10_000) : 400;
      const recorder = new Recorder({ port: server.port, pingTimeoutMilliseconds, ...options });
      if (alive) {
        await sleep(2500);
        t.deepEqual(recorder.losses, []);
        t.true(recorder.client.connected);
      } else {
        await recorder.until(({ losses }) => losses.length > 0);
        t.deepEqual(recorder.losses[0], { kind: 'unreachable', evidence: 'no answer to a ping' });
      }
      recorder.client.close();
      await server.close();
    }
  });

  test(`a message without its PUBACK (${version}) is sent again on the next connection, as a duplicate`, async t => {
    const seen: Array<{ text: string; dup: boolean; id: number | undefined }> = [];
    const session = version === 4 ? Buffer.from([0x20, 2, 1, 0]) : Buffer.from([0x20, 3, 1, 0, 0]);
    const server = await politeBroker(
      version,
      (packet, socket, connection) => {
        if (packet.cmd !== 'publish') return;
        seen.push({ text: packet.payload.toString(), dup: packet.dup, id: packet.messageId });
        if (connection === 0) socket.destroy();
        else socket.write(generate({ cmd: 'puback', messageId: packet.messageId, reasonCode: 0 }, version));
      },
      session,
    );
    const recorder = new Recorder({ port: server.port, protocolVersion: version });
    t.is(await recorder.client.publish('out', bytes('one')), 'delivered');
    t.deepEqual(seen, [
      { text: 'one', dup: false, id: 1 },
      { text: 'one', dup: true, id: 1 },
    ]);
    recorder.client.close();
    await server.close();
  });

  test(`without the old session (${version}) it is sent as a new message, and subscriptions are renewed`, async t => {
    const seen: string[] = [];
    const server = await politeBroker(version, (packet, socket, connection) => {
      if (packet.cmd === 'subscribe') {
        seen.push(`subscribe ${packet.subscriptions[0].topic}`);
        socket.write(generate({ cmd: 'suback', messageId: packet.messageId, granted: [1] }, version));
      }
      if (packet.cmd !== 'publish') return;
      seen.push(`${packet.payload} ${packet.dup}`);
      if (connection === 0) socket.destroy();
      else socket.write(generate({ cmd: 'puback', messageId: packet.messageId, reasonCode: 0 }, version));
    });
    const recorder = new Recorder({ port: server.port, protocolVersion: version });
    t.is(await recorder.client.subscribe('in'), 'granted');
    t.is(await recorder.client.publish('out', bytes('one')), 'delivered');
    t.deepEqual(seen, ['subscribe in', 'one false', 'subscribe in', 'one false']);
    recorder.client.close();
    await server.close();
  });

  test(`a server that never acknowledges (${version}) is left, one that does so late is not`, async t => {
    // A multiple of the client’s second, at which it looks at what is due.
    const ACKNOWLEDGE_TIMEOUT_MS = 2000;
    for (const late of [false, true]) {
      const clock = new HandClock();
      let acknowledge: (() => void) | undefined;
      const server = await politeBroker(version, (packet, socket) => {
        if (packet.cmd !== 'publish') return;
        const answer = { cmd: 'puback', messageId: packet.messageId, reasonCode: 0 } as const;
        acknowledge = () => socket.write(generate(answer, version));
      });
      const recorder = new Recorder({
        port: server.port,
        protocolVersion: version,
        clock,
        acknowledgeTimeoutMilliseconds: ACKNOWLEDGE_TIMEOUT_MS,
      });
      const delivery = recorder.client.publish('out', bytes('x'));
      // The client connects in a turn of its own.
      clock.advance(0);
      while (!acknowledge) await sleep(1);
      clock.advance(ACKNOWLEDGE_TIMEOUT_MS - 1);
      t.deepEqual(recorder.losses, []);
      if (late) {
        acknowledge();
        t.is(await delivery, 'delivered');
        t.deepEqual(recorder.losses, []);
      } else {
        clock.advance(1);
        t.deepEqual(recorder.losses, [{ kind: 'unreachable', evidence: 'no acknowledgement in time' }]);
      }
      recorder.client.close();
      t.is(await delivery, late ? 'delivered' : 'closed');
      await server.close();
    }
  });

  test(`no more messages are under way (${version}) than the window allows, and order is kept`, async t => {
    const seen: number[] = [];
    let unacknowledged = 0;
    let most = 0;
    const server = await politeBroker(version, (packet, socket) => {
      if (packet.cmd !== 'publish') return;
      most = Math.max(most, ++unacknowledged);
      seen.push(Number(packet.payload.toString()));
      setTimeout(() => {
        unacknowledged--;
        socket.write(generate({ cmd: 'puback', messageId: packet.messageId, reasonCode: 0 }, version));
      }, 20);
    });
    const recorder = new Recorder({ port: server.port, protocolVersion: version, inFlightMax: 3 });
    const deliveries = Array.from({ length: 20 }, (_, i) => recorder.client.publish('out', bytes(`${i}`)));
    t.deepEqual(new Set(await Promise.all(deliveries)), new Set(['delivered']));
    t.is(most, 3);
    t.deepEqual(
      seen,
      [...seen].sort((a, b) => a - b),
    );
    recorder.client.close();
    await server.close();
  });

  test(`a flood that does not read its acknowledgements (${version}) is not read either, then all of it comes`, async t => {
    const count = 60_000;
    const message = inbound('x'.repeat(100), version);
    let sent = 0;
    let stalled = 0;
    const server = await politeBroker(version, (packet, socket) => {
      if (packet.cmd !== 'connect') return;
      socket.pause();
      const more = () => {
        while (sent < count) {
          sent++;
          if (!socket.write(message)) {
            socket.once('drain', more);
            return;
          }
        }
      };
      more();
      let last = -1;
      const look = setInterval(() => {
        if (sent === last && last > 0) {
          clearInterval(look);
          stalled = sent;
          socket.resume();
        }
        last = sent;
      }, 200);
      socket.on('close', () => clearInterval(look));
    });
    const recorder = new Recorder({ port: server.port, protocolVersion: version });
    await recorder.until(({ messages }) => messages.length === count);
    t.log(`stalled after ${stalled} of ${count}`);
    t.true(stalled > 0);
    t.deepEqual(recorder.losses, []);
    recorder.client.close();
    await server.close();
  });
}

test('what a 5.0 server allows is respected: window, size, quality, retained messages', async t => {
  let most = 0;
  let unacknowledged = 0;
  const answer = generate(
    {
      cmd: 'connack',
      sessionPresent: false,
      reasonCode: 0,
      properties: { receiveMaximum: 2, maximumPacketSize: 200, retainAvailable: false },
    },
    5,
  );
  const server = await politeBroker(
    5,
    (packet, socket) => {
      if (packet.cmd !== 'publish') return;
      most = Math.max(most, ++unacknowledged);
      setTimeout(() => {
        unacknowledged--;
        socket.write(generate({ cmd: 'puback', messageId: packet.messageId, reasonCode: 0 }, 5));
      }, 10);
    },
    answer,
  );
  const { client } = new Recorder({ port: server.port });
  const deliveries = [
    ...Array.from({ length: 8 }, () => client.publish('t', bytes('x'))),
    client.publish('t', new Uint8Array(300)),
    client.publish('t', bytes('x'), { retain: true }),
    client.publish('t', new Uint8Array(100)),
  ];
  t.deepEqual(await Promise.all(deliveries), [
    ...Array(8).fill('delivered'),
    'refused',
    'refused',
    'delivered',
  ]);
  t.is(most, 2);
  client.close();
  await server.close();

  const noQuality = generate(
    { cmd: 'connack', sessionPresent: false, reasonCode: 0, properties: { maximumQoS: 0 } },
    5,
  );
  const plain = await politeBroker(5, () => {}, noQuality);
  const other = new Recorder({ port: plain.port }).client;
  t.deepEqual(
    await Promise.all([
      other.publish('t', bytes('x'), { qos: 1 }),
      other.publish('t', bytes('x'), { qos: 0 }),
    ]),
    ['refused', 'delivered'],
  );
  other.close();
  await plain.close();
});

test('a 5.0 server’s keep-alive counts, and its PUBACK may refuse', async t => {
  const answer = generate(
    { cmd: 'connack', sessionPresent: false, reasonCode: 0, properties: { serverKeepAlive: 1 } },
    5,
  );
  let pings = 0;
  const server = await politeBroker(
    5,
    (packet, socket) => {
      if (packet.cmd === 'publish') {
        socket.write(generate({ cmd: 'puback', messageId: packet.messageId, reasonCode: 0x87 }, 5));
      }
      if (packet.cmd !== 'pingreq') return;
      pings++;
      socket.write(Uint8Array.of(0xd0, 0));
    },
    answer,
  );
  const recorder = new Recorder({
    port: server.port,
    keepAliveSeconds: 600,
    pingTimeoutMilliseconds: patient(10_000),
  });
  t.is(await recorder.client.publish('t', bytes('x')), 'refused');
  await sleep(2500);
  t.true(pings >= 1);
  t.deepEqual(recorder.losses, []);
  recorder.client.close();
  await server.close();
});

test('a 5.0 server that disconnects says why, and the client tells a server what was wrong with it', async t => {
  const ended = await firstLoss(5, socket => {
    socket.write(Buffer.concat([connAck[5], Uint8Array.of(0xe0, 2, 0x8e, 0)]));
  });
  t.deepEqual(ended, { kind: 'ended', evidence: 'DISCONNECT with code 142' });

  const farewells: number[] = [];
  const server = await politeBroker(5, (packet, socket, connection) => {
    if (packet.cmd === 'connect' && connection < 2) {
      socket.write(connection === 0 ? Uint8Array.of(0x00, 0) : Uint8Array.of(0x20, 0xff, 0xff, 0x7f));
    }
    if (packet.cmd === 'disconnect') farewells.push(packet.reasonCode!);
  });
  const recorder = new Recorder({ port: server.port });
  await recorder.connected(3);
  recorder.client.close();
  while (farewells.length < 3) await sleep(10);
  t.deepEqual(farewells, [0x81, 0x95, 0]);
  await server.close();
});

test('a server that takes the session away again and again does not get it faster and faster', async t => {
  const server = await scriptedBroker(socket => {
    socket.write(Buffer.concat([connAck[5], Uint8Array.of(0xe0, 2, 0x8e, 0)]));
  });
  const recorder = new Recorder({
    port: server.port,
    firstRetryMilliseconds: 8,
    retryMillisecondsMax: 64,
  });
  await recorder.until(({ losses }) => losses.length >= 6);
  recorder.client.close();
  recorder.waits.slice(0, 6).forEach((wait, i) => {
    t.true(wait >= Math.min(64, 8 * 2 ** i) / 2, `${i}: ${wait}`);
  });
  await server.close();
});

import { createRequire } from 'node:module';
import test from 'ava';
import fc from 'fast-check';
import mqttPacket from 'mqtt-packet';
import { encodePacket, identifierOf, PacketDecoder, topicOf } from '../../../firmware/mqtt/codec.js';
import { FrameSplitter } from '../../../firmware/mqtt/frame.js';
import type { Outgoing, ProtocolVersion } from '../../../firmware/mqtt/packet.js';

const require = createRequire(import.meta.url);
const versions: ProtocolVersion[] = [4, 5];

const topicName = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter(text => !/[+#\0\ufffd]/.test(text));
const payload = fc.uint8Array({ maxLength: 400 });

test('what is encoded is what the library itself generates', t => {
  const anyPublish = fc.record({
    topic: topicName,
    payload,
    retain: fc.boolean(),
    dup: fc.boolean(),
    id: fc.integer({ min: 1, max: 65535 }),
  });
  fc.assert(
    fc.property(anyPublish, fc.constantFrom(...versions), ({ topic, payload, retain, dup, id }, version) => {
      const ours = encodePacket({ type: 'publish', topic, payload, qos: 1, retain, dup, id }, version)!;
      const theirs = mqttPacket.generate(
        { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain, dup, messageId: id },
        { protocolVersion: version },
      );
      t.deepEqual(Buffer.from(ours), theirs);
    }),
  );
});

test('a message comes back as it was sent, in both versions and both qualities', t => {
  const anyMessage = fc.record({
    topic: topicName,
    payload,
    retain: fc.boolean(),
    qos: fc.constantFrom(0 as const, 1 as const),
  });
  fc.assert(
    fc.property(anyMessage, fc.constantFrom(...versions), (message, version) => {
      const sent = { type: 'publish', ...message, dup: false, id: message.qos } as const;
      const decoded = new PacketDecoder(version).decode(encodePacket(sent, version)!);
      t.deepEqual(decoded, { packet: sent });
    }),
  );
});

test('what cannot be a packet is not encoded', t => {
  const connect: Outgoing = {
    type: 'connect',
    clientId: 'x'.repeat(70_000),
    cleanStart: true,
    keepAliveSeconds: 1,
    sessionExpirySeconds: 0,
    receiveMaximum: 1,
    maximumPacketSize: 1000,
  };
  t.truthy(encodePacket({ ...connect, clientId: 'x' }, 5));
  t.is(encodePacket({ ...connect, clientId: 'x', password: 'without a name' }, 5), undefined);
  t.is(encodePacket({ ...connect, clientId: 'x', keepAliveSeconds: -1 }, 5), undefined);
});

const publish = (payloadBytes: number) =>
  encodePacket(
    {
      type: 'publish',
      topic: 'a/b',
      payload: new Uint8Array(payloadBytes),
      qos: 1,
      retain: false,
      dup: false,
      id: 7,
    },
    5,
  )!;

test('packets are cut out of a stream wherever its bytes are cut', t => {
  const sizes = [0, 1, 100, 118, 119, 120, 121, 122, 123, 127, 128, 1000, 16_500];
  const stream = Buffer.concat(sizes.map(publish));
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 40 }), cuts => {
      const frames: Uint8Array[] = [];
      const splitter = new FrameSplitter(
        20_000,
        frame => frames.push(frame),
        () => t.fail(),
      );
      const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
      for (let i = 1; i < at.length; i++) splitter.push(stream.subarray(at[i - 1], at[i]));
      t.is(splitter.fault, undefined);
      t.true(Buffer.concat(frames).equals(stream));
      t.is(frames.length, sizes.length);
    }),
  );
});

test('a packet one byte above the limit is a fault at its header, one at the limit passes', t => {
  // A PINGRESP with a payload, of 1003 bytes.
  const packet = Uint8Array.of(0xd0, 0xe8, 0x07, ...new Uint8Array(1000));
  const frames: Uint8Array[] = [];
  const allowed = new FrameSplitter(
    packet.length,
    frame => frames.push(frame),
    () => t.fail(),
  );
  allowed.push(packet);
  t.is(frames.length, 1);
  const refused = new FrameSplitter(
    packet.length - 1,
    () => t.fail(),
    () => t.fail(),
  );
  refused.push(packet.subarray(0, 3));
  t.is(refused.fault?.kind, 'oversized');
});

test('a message above the limit is passed over wherever its bytes are cut, and what follows is whole', t => {
  const limit = publish(1000).length;
  const stream = Buffer.concat([1000, 1001, 60_000, 3].map(publish));
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 40 }), cuts => {
      const seen: unknown[] = [];
      const splitter = new FrameSplitter(
        limit,
        frame => seen.push(frame.length),
        (beginning, length) => seen.push([beginning.length, length, identifierOf(beginning)]),
      );
      const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
      for (let i = 1; i < at.length; i++) splitter.push(stream.subarray(at[i - 1], at[i]));
      t.is(splitter.fault, undefined);
      t.deepEqual(seen, [limit, [512, limit + 1, 7], [512, publish(60_000).length, 7], publish(3).length]);
    }),
  );
});

test('what a topic allows decides about a message, wherever its bytes are cut: more is passed over, never gathered', t => {
  const sizes = [1000, 1001, 1400, 3, 60_000, 0];
  const named = (topic: string, bytes: number) =>
    encodePacket(
      { type: 'publish', topic, payload: new Uint8Array(bytes), qos: 1, retain: false, dup: false, id: 7 },
      5,
    )!;
  const messages = sizes.flatMap(size => ['taken', 'nothing', 'taken/too'].map(topic => ({ size, topic })));
  const stream = Buffer.concat(messages.map(({ size, topic }) => named(topic, size)));
  const allowed: Record<string, number> = { taken: 1000, 'taken/too': 100_000 };
  // The fields that a sender sets beside the payload have room of 128 bytes; the packet is bounded as ever.
  const isTaken = ({ size, topic }: (typeof messages)[number]) =>
    size <= (topic === 'taken' ? 1001 : topic === 'nothing' ? -1 : 1400);
  const expected = messages.map(message => {
    const { length } = named(message.topic, message.size);
    return isTaken(message) ? length : ['passed over', Math.min(length, 512), message.topic, length];
  });
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 40 }), cuts => {
      const seen: unknown[] = [];
      const splitter = new FrameSplitter(
        20_000,
        frame => seen.push(frame.length),
        (beginning, length) => {
          t.is(identifierOf(beginning), 7);
          seen.push(['passed over', beginning.length, topicOf(beginning)?.name, length]);
        },
        topic => allowed[topic] ?? 0,
      );
      const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
      for (let i = 1; i < at.length; i++) splitter.push(stream.subarray(at[i - 1], at[i]));
      t.is(splitter.fault, undefined);
      t.deepEqual(seen, expected);
    }),
  );
});

test('a length is believed by nobody: a message of 16 KB that was only announced has 512 bytes', t => {
  const seen: number[] = [];
  const splitter = new FrameSplitter(
    20_000,
    () => t.fail(),
    beginning => seen.push(beginning.buffer.byteLength),
    () => 256,
  );
  splitter.push(publish(16_000).subarray(0, 9000));
  t.deepEqual(seen, []);
  splitter.push(publish(16_000).subarray(9000));
  t.deepEqual(seen, [512]);
});

test('the identifier is read from the beginning of a message, or there is none', t => {
  const anyMessage = fc.record({
    topic: topicName,
    payload,
    retain: fc.boolean(),
    dup: fc.boolean(),
    id: fc.integer({ min: 1, max: 65535 }),
  });
  fc.assert(
    fc.property(anyMessage, fc.constantFrom(...versions), (message, version) => {
      const whole = encodePacket({ type: 'publish', qos: 1, ...message }, version)!;
      const before = whole.length - message.payload.length - (version === 5 ? 1 : 0);
      for (let length = 0; length <= whole.length; length++) {
        const expected = length >= before ? message.id : length === 0 ? 0 : undefined;
        t.is(identifierOf(whole.subarray(0, length)), expected);
      }
    }),
  );
  t.is(
    identifierOf(
      encodePacket(
        { type: 'publish', topic: 'a', payload: new Uint8Array(3), qos: 0, retain: false, dup: false, id: 0 },
        5,
      )!,
    ),
    0,
  );
});

test('a length of 256 MB or of five bytes is a fault before anything is buffered', t => {
  const huge = new FrameSplitter(
    16_384,
    () => t.fail(),
    () => t.fail(),
  );
  huge.push(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f));
  t.is(huge.fault?.kind, 'oversized');
  const endless = new FrameSplitter(
    16_384,
    () => t.fail(),
    () => t.fail(),
  );
  endless.push(Uint8Array.of(0x30, 0x80, 0x80, 0x80, 0x80, 0x01));
  t.is(endless.fault?.kind, 'malformed');
});

test('whatever a frame holds, decoding it gives a packet or says that it is malformed', t => {
  const frame = fc
    .tuple(fc.nat(255), fc.uint8Array({ maxLength: 100 }))
    .map(([first, rest]) => Uint8Array.of(first, rest.length, ...rest));
  fc.assert(
    fc.property(frame, fc.constantFrom(...versions), (bytes, version) => {
      const decoded = new PacketDecoder(version).decode(bytes);
      t.true('packet' in decoded || 'malformed' in decoded);
      if (!('packet' in decoded)) return;
      const { packet } = decoded;
      if ('id' in packet && packet.type !== 'publish') t.true(packet.id >= 1 && packet.id <= 65535);
      if (packet.type === 'publish') t.true(packet.topic.length > 0 && packet.payload instanceof Uint8Array);
    }),
    { numRuns: 2000 },
  );
});

for (const [what, version, bytes] of [
  ['an empty CONNACK', 4, [0x20, 0]],
  ['a CONNACK of one byte', 4, [0x20, 1, 0]],
  ['a CONNACK with reserved flags', 4, [0x20, 2, 2, 0]],
  ['a CONNACK with a property twice', 5, [0x20, 9, 0, 0, 6, 0x21, 0, 1, 0x21, 0, 1]],
  ['a CONNACK that allows no message at once', 5, [0x20, 6, 0, 0, 3, 0x21, 0, 0]],
  ['a CONNACK with an unknown property', 5, [0x20, 5, 0, 0, 2, 0x7f, 0]],
  ['a PUBACK without an identifier', 4, [0x40, 0]],
  ['a PUBACK for identifier 0', 4, [0x40, 2, 0, 0]],
  ['a SUBACK without codes cut short', 4, [0x90, 1, 0]],
  ['a SUBACK with an unknown code', 4, [0x90, 3, 0, 1, 7]],
  ['a PUBLISH without a topic', 4, [0x30, 2, 0, 0]],
  ['a PUBLISH with a topic longer than itself', 4, [0x30, 3, 0, 9, 65]],
  ['a PUBLISH to a wildcard', 4, [0x30, 3, 0, 1, 0x23]],
  ['a PUBLISH to a topic that is no UTF-8', 4, [0x30, 3, 0, 1, 0xff]],
  ['a PUBLISH without an identifier', 4, [0x32, 3, 0, 1, 65]],
  ['a PUBLISH of QoS 2', 4, [0x34, 5, 0, 1, 65, 0, 1]],
  ['a PUBLISH of QoS 3', 4, [0x36, 5, 0, 1, 65, 0, 1]],
  ['a PUBLISH with a topic alias for a topic', 5, [0x30, 6, 0, 0, 3, 0x23, 0, 1]],
  ['a PUBLISH with properties longer than itself', 5, [0x30, 5, 0, 1, 65, 0x7f, 0]],
  ['a PINGRESP with a payload', 4, [0xd0, 1, 0]],
  ['a DISCONNECT in 3.1.1', 4, [0xe0, 0]],
  ['a CONNECT from a server', 4, [0x10, 14, 0, 4, 77, 81, 84, 84, 4, 2, 0, 1, 0, 2, 65, 66]],
  ['a PUBREC that nothing asked for', 4, [0x50, 2, 0, 1]],
  ['an AUTH that was not agreed', 5, [0xf0, 2, 0, 0]],
  ['a reserved type', 4, [0x00, 0]],
] as const) {
  test(`${what} is malformed`, t => {
    t.true('malformed' in new PacketDecoder(version).decode(Uint8Array.from(bytes)));
  });
}

for (const [what, version, bytes] of [
  ['a CONNACK', 4, [0x20, 2, 1, 0]],
  ['a CONNACK with a property', 5, [0x20, 6, 0, 0, 3, 0x21, 0, 1]],
  ['a CONNACK without properties', 5, [0x20, 3, 0, 0, 0]],
  ['a PUBACK', 4, [0x40, 2, 0, 1]],
  ['a SUBACK', 4, [0x90, 3, 0, 1, 0x80]],
  ['a PUBLISH', 4, [0x30, 3, 0, 1, 65]],
  ['a PUBLISH of QoS 1', 4, [0x32, 5, 0, 1, 65, 0, 1]],
  ['a PUBLISH with properties', 5, [0x30, 6, 0, 1, 65, 2, 1, 0]],
  ['a PINGRESP', 4, [0xd0, 0]],
  ['a DISCONNECT', 5, [0xe0, 0]],
  ['a DISCONNECT with a code', 5, [0xe0, 2, 0x8e, 0]],
] as const) {
  test(`${what} (${version}) is a packet`, t => {
    t.true('packet' in new PacketDecoder(version).decode(Uint8Array.from(bytes)));
  });
}

test('the stand-in for bl behaves as bl does, as far as the parser uses it', t => {
  const real = require('bl') as () => Record<string, (...values: unknown[]) => unknown>;
  const standIn = require('../../../firmware/mqtt/shims/bl.cjs') as typeof real;
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { minLength: 1 }),
      fc.nat(60),
      fc.nat(60),
      (parts, a, b) => {
        const lists = [real(), standIn()];
        for (const part of parts) for (const list of lists) list.append(part);
        const total = Buffer.concat(parts);
        const [start, end] = [Math.min(a, b, total.length), Math.min(Math.max(a, b), total.length)];
        for (const list of lists) {
          t.is(list.length as unknown, total.length);
          t.deepEqual(Buffer.from(list.slice(start, end) as Uint8Array), total.subarray(start, end));
          t.is(
            (list as { toString(...values: unknown[]): string }).toString('utf8', start, end),
            total.toString('utf8', start, end),
          );
          if (end + 4 <= total.length) {
            t.is(list.readUInt8(end), total.readUInt8(end));
            t.is(list.readUInt16BE(end), total.readUInt16BE(end));
            t.is(list.readUInt32BE(end), total.readUInt32BE(end));
          }
          list.consume(start);
          t.is(list.length as unknown, total.length - start);
        }
      },
    ),
  );
});

test('the stand-ins for events, debug and nextTick do what the library asks of them', async t => {
  const { EventEmitter } = require('../../../firmware/mqtt/shims/events.cjs');
  const heard: unknown[] = [];
  const emitter = new EventEmitter();
  t.false(emitter.emit('a', 0));
  emitter.on('a', (value: unknown) => heard.push(value)).on('a', (value: unknown) => heard.push(value));
  t.true(emitter.emit('a', 1));
  t.deepEqual(heard, [1, 1]);
  require('../../../firmware/mqtt/shims/debug.cjs')('name')('%s', 1);
  const { nextTick } = require('../../../firmware/mqtt/shims/nextTick.cjs');
  t.is(await new Promise(resolve => nextTick(resolve, 'now')), 'now');
});

test('the library’s cache of numbers is off once the codec is loaded: in a chip’s flash nobody could switch it off later', t => {
  const { writeToStream } = mqttPacket as unknown as { writeToStream: { cacheNumbers: boolean } };
  t.false(writeToStream.cacheNumbers);
});

/**
 * The packets of a board, whose mqtt-packet has a `buffer` of ours, against those of mqtt-packet over Node's Buffer: the
 * same bytes are written, and the same is read of any bytes, but for texts that are not UTF-8, which a board refuses.
 */
import { runInNewContext } from 'node:vm';
import test from 'ava';
import fc from 'fast-check';
import * as node from '../../../firmware/mqtt/codec.js';
import type { Outgoing, ProtocolVersion } from '../../../firmware/mqtt/packet.js';
import { bundleFirmware } from '../../../host-sim/node/bundle/firmware.js';
import { holds } from '../../fakes/holds.js';

const { text } = await bundleFirmware({
  stdin: { contents: "export { encodePacket, PacketDecoder } from './firmware/mqtt/codec.js';" },
});
const board = runInNewContext(`${text}; image`) as typeof node;

const hexOf = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');
/** Without the realm that made it. */
const plain = (value: unknown) =>
  JSON.stringify(value, (_, part) => (ArrayBuffer.isView(part) ? hexOf(part as Uint8Array) : part));

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const id = fc.integer({ min: 1, max: 65535 });
const qos = fc.constantFrom(0 as const, 1 as const);
const payload = fc.uint8Array({ maxLength: 300 });
const outgoing: fc.Arbitrary<Outgoing> = fc.oneof(
  fc.record({
    type: fc.constant('connect' as const),
    clientId: name,
    username: fc.option(name, { nil: undefined }),
    password: fc.option(name, { nil: undefined }),
    cleanStart: fc.boolean(),
    keepAliveSeconds: fc.nat(65535),
    will: fc.option(fc.record({ topic: name, payload, qos, retain: fc.boolean() }), { nil: undefined }),
    sessionExpirySeconds: fc.nat(0xffffffff),
    receiveMaximum: id,
    maximumPacketSize: fc.integer({ min: 1, max: 0xffffffff }),
  }),
  fc.record({
    type: fc.constant('publish' as const),
    topic: name,
    payload,
    qos,
    retain: fc.boolean(),
    dup: fc.boolean(),
    id,
  }),
  fc.record({
    type: fc.constant('subscribe' as const),
    id,
    subscriptions: fc.array(fc.record({ filter: name, qos }), { minLength: 1, maxLength: 5 }),
  }),
  fc.record({ type: fc.constant('puback' as const), id }),
  fc.constant({ type: 'pingreq' as const }),
  fc.record({ type: fc.constant('disconnect' as const), code: fc.constantFrom(0, 4) }),
) as fc.Arbitrary<Outgoing>;
const version = fc.constantFrom<ProtocolVersion>(4, 5);

test('a board writes the bytes that mqtt-packet writes over Node’s Buffer', t => {
  let written = 0;
  holds(
    t,
    fc.property(outgoing, version, (packet, protocol) => {
      const bytes = hexOf(node.encodePacket(packet, protocol));
      t.is(hexOf(board.encodePacket(packet, protocol)), bytes);
      if (bytes) written++;
    }),
    { numRuns: 2000 },
  );
  t.true(written > 1000);
});

test('a board reads of any packet what mqtt-packet reads over Node’s Buffer', t => {
  const tally = { read: 0, refused: 0, notUtf8: 0 };
  const changes = fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 3 });
  const server = fc.oneof(
    fc.tuple(outgoing, version, changes).map(([packet, protocol, changed]) => {
      const bytes = Uint8Array.from(node.encodePacket(packet, protocol) ?? [0x40, 2, 0, 1]);
      for (const [at, byte] of changed) if (at > 1 && at < bytes.length) bytes[at] = byte;
      return bytes;
    }),
    fc.uint8Array({ maxLength: 30 }).map(body => Uint8Array.of(0x90, body.length, ...body)),
    fc.uint8Array({ maxLength: 30 }).map(body => Uint8Array.of(0x20, body.length, ...body)),
    fc.uint8Array({ maxLength: 4 }).map(body => Uint8Array.of(0x40, body.length, ...body)),
  );
  holds(
    t,
    fc.property(server, version, (bytes, protocol) => {
      const theirs = new node.PacketDecoder(protocol).decode(bytes);
      const ours = new board.PacketDecoder(protocol).decode(bytes);
      if (plain(ours) === plain(theirs)) {
        tally['packet' in ours ? 'read' : 'refused']++;
        return;
      }
      tally.notUtf8++;
      t.true('malformed' in ours, plain(ours));
      t.true(plain(theirs).includes('\ufffd') || 'malformed' in theirs, `${hexOf(bytes)}: ${plain(theirs)}`);
    }),
    { numRuns: 4000 },
  );
  t.log(tally);
  t.true(tally.read > 500 && tally.refused > 300);
});

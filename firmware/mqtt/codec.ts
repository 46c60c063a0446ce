/**
 * Packets to bytes and back, by mqtt-packet, behind types of our own. The library's parser leaves fields out, or sets
 * them to -1, where a packet is cut short, so all that it gives is checked again here. It copies a packet twice, which
 * is too much for messages: those are read where they lie, and written by hand.
 */
import mqttPacket from 'mqtt-packet';
import { concat } from '../bytes/concat.js';
import { decodeText, encodeText } from '../bytes/text.js';
import { encodePublish } from './encodePublish.js';
import type { Connect, Incoming, Outgoing, ProtocolVersion, Publish, QoS } from './packet.js';

/** The part of mqtt-packet that is used; the library's own types need Node's. */
interface MqttPacketLibrary {
  parser(options: { protocolVersion: number }): {
    on(event: 'packet', listener: (packet: Record<string, unknown>) => void): unknown;
    on(event: 'error', listener: (error: { message: string }) => void): unknown;
    parse(bytes: Uint8Array): number;
  };
  writeToStream: {
    (packet: unknown, stream: unknown, options: { protocolVersion: number }): boolean;
    cacheNumbers: boolean;
  };
}

/** The type of a packet with a message, in the first four bits. */
const PUBLISH = 3;

/** The packets that the library writes. */
type NoMessage = Exclude<Outgoing, Publish>;

const library = mqttPacket as unknown as MqttPacketLibrary;

// Otherwise the first packet fills a cache of 65,536 buffers, for which a chip has no memory. As the module loads: in an
// image of a chip it is preloaded, and then its variables are constants in flash. (Where the library is a module of its
// own, it may have been set before.)
if (library.writeToStream.cacheNumbers) library.writeToStream.cacheNumbers = false;

/** The bytes of a packet; undefined when it cannot be one (with a topic of more than 65,535 bytes, for example). */
export function encodePacket(packet: Outgoing, version: ProtocolVersion): Uint8Array | undefined {
  return packet.type === 'publish' ? encodePublish(packet, version) : encodeByLibrary(packet, version);
}

function encodeByLibrary(packet: NoMessage, version: ProtocolVersion): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let failed = false;
  const sink = {
    write(part: Uint8Array | string): boolean {
      parts.push(typeof part === 'string' ? encodeText(part) : part);
      return true;
    },
    destroy(): void {
      failed = true;
    },
  };
  try {
    library.writeToStream(toLibrary(packet, version), sink, { protocolVersion: version });
  } catch {
    return undefined;
  }
  return failed ? undefined : concat(...parts);
}

/** A packet, or the reason why the bytes are none. */
export type Decoded = { packet: Incoming } | { malformed: string };

/** Reads whole packets of a server, as the frame splitter gives them. */
export class PacketDecoder {
  readonly #version: ProtocolVersion;

  constructor(version: ProtocolVersion) {
    this.#version = version;
  }

  decode(frame: Uint8Array): Decoded {
    if (frame[0] >> 4 === PUBLISH) return readPublish(frame, this.#version);
    let decoded: Decoded | undefined;
    const parser = library.parser({ protocolVersion: this.#version });
    parser.on('packet', packet => {
      decoded = decoded ?? fromLibrary(packet, this.#version);
    });
    parser.on('error', error => {
      decoded = { malformed: error.message };
    });
    try {
      parser.parse(frame);
    } catch {
      return { malformed: 'a packet cut short' };
    }
    return decoded ?? { malformed: 'a packet cut short' };
  }
}

function toLibrary(packet: NoMessage, version: ProtocolVersion): unknown {
  switch (packet.type) {
    case 'connect':
      return connectToLibrary(packet, version);
    case 'subscribe': {
      const subscriptions = packet.subscriptions.map(({ filter, qos }) => ({ topic: filter, qos }));
      return { cmd: 'subscribe', messageId: packet.id, subscriptions };
    }
    case 'puback':
      return { cmd: 'puback', messageId: packet.id, reasonCode: 0 };
    case 'pingreq':
      return { cmd: 'pingreq' };
    case 'disconnect':
      return { cmd: 'disconnect', reasonCode: packet.code };
  }
}

function connectToLibrary(packet: Connect, version: ProtocolVersion): unknown {
  const { clientId, username, password, cleanStart, keepAliveSeconds, will } = packet;
  const properties = {
    sessionExpiryInterval: packet.sessionExpirySeconds,
    receiveMaximum: packet.receiveMaximum,
    maximumPacketSize: packet.maximumPacketSize,
  };
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: version,
    clientId,
    username,
    password,
    clean: cleanStart,
    keepalive: keepAliveSeconds,
    will,
    properties: version === 5 ? properties : undefined,
  };
}

/**
 * The topic of a PUBLISH of which the beginning is there, and where it ends; undefined when it goes on beyond that, or
 * is no text.
 */
export function topicOf(beginning: Uint8Array): { name: string; end: number } | undefined {
  const { end, from } = topicBounds(beginning);
  const name = end <= beginning.length ? decodeText(beginning.subarray(from, end)) : undefined;
  return name === undefined ? undefined : { name, end };
}

/** The place of a PUBLISH's topic, behind the fixed header and its own length; it may lie beyond the beginning. */
function topicBounds(beginning: Uint8Array): { from: number; end: number } {
  let at = 1;
  while (beginning[at++] & 0x80);
  return { from: at + 2, end: at + 2 + (beginning[at] << 8) + beginning[at + 1] };
}

/**
 * The identifier of a PUBLISH of which only the beginning is there: 0 with QoS 0; undefined when it lies further back,
 * or the bytes are not a PUBLISH. Up to the identifier section 3.3.2 is the same in both versions.
 */
export function identifierOf(beginning: Uint8Array): number | undefined {
  const qos = (beginning[0] >> 1) & 3;
  if (qos === 0) return 0;
  const { end: at } = topicBounds(beginning);
  if (qos !== 1 || at + 2 > beginning.length) return undefined;
  return (beginning[at] << 8) + beginning[at + 1] || undefined;
}

type Fields = Record<string, unknown>;

function fromLibrary(packet: Fields, version: ProtocolVersion): Decoded {
  const id = packet.messageId;
  switch (packet.cmd) {
    case 'connack':
      return readConnAck(packet, version);
    case 'puback':
      if (!isId(id)) return { malformed: 'PUBACK without a packet identifier' };
      return { packet: { type: 'puback', id, code: isByte(packet.reasonCode) ? packet.reasonCode : 0 } };
    case 'suback': {
      const codes = packet.granted;
      if (!isId(id) || !Array.isArray(codes) || !codes.every(isByte)) return { malformed: 'SUBACK' };
      return { packet: { type: 'suback', id, codes } };
    }
    case 'pingresp':
      return packet.length === 0
        ? { packet: { type: 'pingresp' } }
        : { malformed: 'PINGRESP with a payload' };
    case 'disconnect': {
      if (version !== 5) return { malformed: 'DISCONNECT from a 3.1.1 server' };
      return { packet: { type: 'disconnect', code: isByte(packet.reasonCode) ? packet.reasonCode : 0 } };
    }
    default:
      return { malformed: `${String(packet.cmd)} is nothing a server sends here` };
  }
}

function readConnAck(packet: Fields, version: ProtocolVersion): Decoded {
  const code = version === 5 ? packet.reasonCode : packet.returnCode;
  if (!isByte(code) || typeof packet.sessionPresent !== 'boolean') return { malformed: 'CONNACK cut short' };
  const properties = (packet.properties ?? {}) as Fields;
  const receiveMaximum = readOptional(properties.receiveMaximum, 65535);
  const maximumPacketSize = readOptional(properties.maximumPacketSize, 268_435_460);
  const maximumQoS = readOptional(properties.maximumQoS, 1);
  const keepAliveSeconds = readOptional(properties.serverKeepAlive, undefined);
  const malformed =
    receiveMaximum === null || maximumPacketSize === null || maximumQoS === null || keepAliveSeconds === null;
  if (malformed || receiveMaximum < 1 || maximumPacketSize < 1 || maximumQoS > 1) {
    return { malformed: 'CONNACK properties' };
  }
  return {
    packet: {
      type: 'connack',
      sessionPresent: packet.sessionPresent,
      code,
      receiveMaximum,
      maximumPacketSize,
      maximumQoS: maximumQoS as QoS,
      retainAvailable: properties.retainAvailable !== false,
      keepAliveSeconds,
    },
  };
}

/** A PUBLISH (section 3.3): its payload is a part of `frame`. */
function readPublish(frame: Uint8Array, version: ProtocolVersion): Decoded {
  const qos = (frame[0] >> 1) & 3;
  if (qos > 1) return { malformed: 'PUBLISH with QoS 2, which was never subscribed' };
  const topic = topicOf(frame);
  // No topic alias was offered, so every topic is spelt out.
  if (topic === undefined || !isTopicName(topic.name)) return { malformed: 'PUBLISH with no proper topic' };
  let at = topic.end;
  let id = 0;
  if (qos === 1) {
    id = at + 2 <= frame.length ? (frame[at] << 8) + frame[at + 1] : 0;
    if (id === 0) return { malformed: 'PUBLISH without a packet identifier' };
    at += 2;
  }
  const end = version === 5 ? propertiesEnd(frame, at) : at;
  if (end === undefined) return { malformed: 'PUBLISH cut short' };
  const payload = frame.subarray(end);
  const [retain, dup] = [(frame[0] & 1) === 1, (frame[0] & 8) === 8];
  return { packet: { type: 'publish', topic: topic.name, payload, qos: qos as QoS, retain, dup, id } };
}

/** The end of the properties that begin at `at`; undefined when they go on beyond the frame. None of them is used. */
function propertiesEnd(frame: Uint8Array, at: number): number | undefined {
  let length = 0;
  for (let i = 0; i < 4; i++) {
    const byte = frame[at + i];
    length += (byte & 0x7f) << (7 * i);
    const end = at + i + 1 + length;
    if (byte < 0x80) return end <= frame.length ? end : undefined;
  }
  return undefined;
}

/** True for a topic name (section 4.7): not empty, no wildcard, no NUL. Nor U+FFFD, which stands for ill-formed UTF-8. */
export function isTopicName(topic: string): boolean {
  return topic.length > 0 && topic.length <= 65535 && !/[+#\0\ufffd]/.test(topic);
}

/** A number that may be missing; `null` when it is not a single number (a property that comes twice is an array). */
function readOptional<T>(value: unknown, otherwise: T): number | T | null {
  if (value === undefined) return otherwise;
  return typeof value === 'number' && value >= 0 ? value : null;
}

function isByte(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 255;
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= 65535;
}

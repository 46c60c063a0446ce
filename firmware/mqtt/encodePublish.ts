/**
 * The bytes of a PUBLISH (MQTT 3.1.1 and 5.0, section 3.3), in one buffer, so that a message leaves in one write. By
 * hand, since through the library it costs a buffer for each of its fields and 9 KB of a chip's flash.
 */
import { encodeText } from '../bytes/text.js';
import type { ProtocolVersion, Publish } from './packet.js';

const PUBLISH = 0x30;
const TOPIC_BYTES_MAX = 65_535;
/** The greatest length that four bytes of seven bits say (section 2.1.4). */
const LENGTH_MAX = 268_435_455;

/** Fixed header, topic, identifier and, in 5.0, no properties, then the payload; undefined when it is too long. */
export function encodePublish(
  { dup, id, payload, qos, retain, topic }: Publish,
  version: ProtocolVersion,
): Uint8Array | undefined {
  const name = encodeText(topic);
  const identifier = qos === 0 ? [] : [id >> 8, id & 0xff];
  const behind = version === 5 ? [...identifier, 0] : identifier;
  let length = 2 + name.length + behind.length + payload.length;
  if (name.length > TOPIC_BYTES_MAX || length > LENGTH_MAX) return undefined;
  const beginning = name.length + behind.length;
  const head = [PUBLISH | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0)];
  for (; length > 127; length >>= 7) head.push((length & 0x7f) | 0x80);
  head.push(length, name.length >> 8, name.length & 0xff);
  const bytes = new Uint8Array(head.length + beginning + payload.length);
  bytes.set(head);
  bytes.set(name, head.length);
  bytes.set(behind, head.length + name.length);
  bytes.set(payload, head.length + beginning);
  return bytes;
}

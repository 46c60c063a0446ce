/**
 * Somebody else at the broker: records what passes, and publishes it again, as it was or changed. MQTT has no
 * secret here that would stop him; that is what envelopes are signed and anchored for.
 */
import { type BrokerClientOptions, connectBroker, type Message } from '../node/brokerClient.js';
import { flipByte } from './flip.js';

export interface BrokerTap {
  /** All that passed, the oldest first; the newest 1000. What the tap itself published is not among it. */
  recorded: Message[];
  /** The first recorded message that is wanted, of the past or to come. @throws Error when time is up */
  find(wanted: (message: Message) => boolean, patience?: number): Promise<Message>;
  /** Publishes the message again, to its own topic unless another is given. */
  replay(message: Message, topic?: string): Promise<void>;
  /** Publishes it with one bit of the byte at this offset flipped; negative counts from the end. */
  publishChanged(message: Message, at?: number): Promise<void>;
  /** Publishes anything. */
  publish(topic: string, payload: Uint8Array): Promise<void>;
  close(): void;
}

const MESSAGES_KEPT_MAX = 1000;

/** @param filter what is recorded: by default everything */
export async function brokerTap(options: BrokerClientOptions, filter = '#'): Promise<BrokerTap> {
  const client = await connectBroker(options);
  const recorded: Message[] = [];
  const own: Message[] = [];
  await client.subscribe(filter, message => {
    const echo = own.findIndex(
      ({ topic, payload }) => topic === message.topic && same(payload, message.payload),
    );
    if (echo >= 0) {
      own.splice(echo, 1);
      return;
    }
    recorded.push(message);
    if (recorded.length > MESSAGES_KEPT_MAX) recorded.shift();
  });
  const publish = async (topic: string, payload: Uint8Array) => {
    own.push({ topic, payload: payload.slice() });
    if (own.length > MESSAGES_KEPT_MAX) own.shift();
    await client.publish(topic, payload);
  };
  return {
    recorded,
    async find(wanted, patience) {
      const foreign = (message: Message) => recorded.includes(message) && wanted(message);
      return recorded.find(wanted) ?? client.next(filter, foreign, patience);
    },
    replay: (message, topic = message.topic) => publish(topic, message.payload),
    publishChanged: ({ topic, payload }, at) => publish(topic, flipByte(payload, at)),
    publish,
    close: client.close,
  };
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

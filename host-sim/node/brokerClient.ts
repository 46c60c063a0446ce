/**
 * The operators' end of a broker: the firmware's own MQTT client over this process's network, with promises and
 * errors as tools want them.
 */

import { randomBytes, randomFillSync } from 'node:crypto';
import { type Loss, MqttClient, type ProtocolVersion } from '../../firmware/mqtt/client.js';
import type { Clock } from '../../firmware/port/clock.js';
import type { Entropy } from '../../firmware/port/entropy.js';
import type { Network } from '../../firmware/port/socket.js';
import { topicMatches } from './brokerTopic.js';
import { nodeClock } from './clock.js';
import { nodeNetwork } from './network/socket.js';
import { patient } from './patience.js';

export interface BrokerClientOptions {
  /** `mqtt://host:port` or `mqtts://host:port`. */
  url: string;
  /** The account to log in with; none for a broker that asks for none. */
  account?: { user: string; password: string };
  /** A random one, and a session of a minute, if left out. */
  clientId?: string;
  protocolVersion?: ProtocolVersion;
  /** Milliseconds in which the broker must answer, here and in every other call; 10 s. */
  patience?: number;
  /** The outside of the client; this machine's if left out. */
  ports?: { network: Network; clock: Clock; entropy: Entropy };
  /** Closes the connection when aborted. */
  signal?: AbortSignal;
}

export interface Message {
  topic: string;
  payload: Uint8Array;
}

export interface BrokerClient {
  /** Resolves when the broker has acknowledged it (QoS 1). @throws Error when it has not */
  publish(topic: string, payload: Uint8Array | string, options?: { retain?: boolean }): Promise<void>;
  /** Resolves when the broker granted it; the returned function ends the delivery to this handler. */
  subscribe(filter: string, onMessage: (message: Message) => void): Promise<() => void>;
  /** The first message from now on that is wanted; subscribe to its topic before. @throws Error when time is up */
  next(filter: string, wanted?: (message: Message) => boolean, patience?: number): Promise<Message>;
  close(): void;
}

/** Bytes of a packet: an envelope with its witness fits many times. */
const PACKET_BYTES_MAX = 256 * 1024;
/** Messages that wait for the broker: a prover answers many boards at once. Their bytes are bounded too. */
const QUEUED_MESSAGES_MAX = 256;

interface Handler {
  filter: string;
  take(message: Message): void;
}

/** Resolves when connected. @throws Error with one line that names the remedy */
export async function connectBroker(options: BrokerClientOptions): Promise<BrokerClient> {
  options.signal?.throwIfAborted();
  const { url, patience = patient(10_000), signal } = options;
  const handlers = new Set<Handler>();
  let loss: Loss | undefined;
  let connected = () => {};
  const client = clientOf(options, {
    onMessage(topic, payload) {
      const message = { topic, payload };
      for (const { filter, take } of [...handlers]) if (topicMatches(filter, topic)) take(message);
    },
    onConnected: () => connected(),
    onDisconnected: seen => (loss = seen),
  });
  const close = () => {
    signal?.removeEventListener('abort', close);
    client.close();
  };
  signal?.addEventListener('abort', close, { once: true });
  /** Fails with what the connection last suffered from when `promise` takes too long. */
  const within: Within = (what, milliseconds, promise) =>
    inTime(promise, milliseconds, () => {
      const seen = loss ? `${loss.kind}: ${loss.evidence}` : 'no answer';
      return new Error(`${what} in ${milliseconds} ms at ${url} (${seen})`);
    });
  try {
    const ready = new Promise<void>(resolve => (connected = resolve));
    await within('no MQTT connection', patience, ready);
  } catch (error) {
    close();
    throw new Error(`${(error as Error).message}: is the broker running? give one with --broker URL`);
  }
  return { ...operationsOf(client, handlers, patience, within), close };
}

function clientOf(
  { account, clientId, ports, protocolVersion = 5, url }: BrokerClientOptions,
  events: Pick<ConstructorParameters<typeof MqttClient>[0], 'onMessage' | 'onConnected' | 'onDisconnected'>,
): MqttClient {
  return new MqttClient({
    network: nodeNetwork(),
    clock: nodeClock,
    entropy: { fill: target => void randomFillSync(target) },
    ...ports,
    ...parse(url),
    protocolVersion,
    ...(account && { username: account.user, password: account.password }),
    clientId: clientId ?? `holdfast-${randomBytes(8).toString('hex')}`,
    // A message that comes during a short cut is not lost; for a name that nobody uses again no broker keeps it long.
    sessionExpirySeconds: clientId === undefined ? 60 : 86_400,
    packetBytesMax: PACKET_BYTES_MAX,
    queuedMessagesMax: QUEUED_MESSAGES_MAX,
    queuedBytesMax: 4 * PACKET_BYTES_MAX,
    retryMillisecondsMax: 5_000,
    ...events,
  });
}

type Within = <T>(what: string, milliseconds: number, promise: Promise<T>) => Promise<T>;

function inTime<T>(promise: Promise<T>, milliseconds: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function operationsOf(
  client: MqttClient,
  handlers: Set<Handler>,
  patience: number,
  within: Within,
): Omit<BrokerClient, 'close'> {
  return {
    async publish(topic, payload, { retain = false } = {}) {
      const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload.slice();
      const outcome = await within(
        `no acknowledgement of ${topic}`,
        patience,
        client.publish(topic, bytes, { retain }),
      );
      if (outcome !== 'delivered') throw new Error(`the broker did not take ${topic}: ${outcome}`);
    },
    async subscribe(filter, take) {
      const handler = { filter, take };
      handlers.add(handler);
      const outcome = await within(`no subscription to ${filter}`, patience, client.subscribe(filter));
      if (outcome !== 'granted') throw new Error(`the broker did not grant ${filter}: ${outcome}`);
      return () => void handlers.delete(handler);
    },
    next(filter, wanted = () => true, milliseconds = patience) {
      let handler: Handler;
      const found = new Promise<Message>(resolve => {
        handler = { filter, take: message => void (wanted(message) && resolve(message)) };
        handlers.add(handler);
      });
      return within(`no message on ${filter}`, milliseconds, found).finally(() => handlers.delete(handler));
    },
  };
}

function parse(url: string): { host: string; port: number; secure: boolean } {
  let parts: URL;
  try {
    parts = new URL(url);
  } catch {
    throw new Error(`not a broker's address: ${url} (mqtt://host:port is one)`);
  }
  const secure = parts.protocol === 'mqtts:';
  if (!secure && parts.protocol !== 'mqtt:') {
    throw new Error(`not a broker's address: ${url} (mqtt://host:port is one)`);
  }
  return { host: parts.hostname, port: Number(parts.port) || (secure ? 8883 : 1883), secure };
}

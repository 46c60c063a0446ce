/** The board's connection to its broker: the topics that it reads, and those that it publishes on. */

import { encodeText } from '../bytes/text.js';
import { type Delivery, MqttClient } from '../mqtt/client.js';
import type { Clock } from '../port/clock.js';
import type { Entropy } from '../port/entropy.js';
import type { Network } from '../port/socket.js';
import { parseUrl } from '../rpc/url.js';
import type { BrokerAccess } from './brokerAccess.js';
import type { Mailbox } from './mailbox.js';
import { finalityTopic, presenceTopic, type TopicName } from './topics.js';

/** Bytes of a packet: the answer of a prover with a third of a committee of 512 absent, and its topic. */
const PACKET_BYTES_MAX = 23_552;
/** Bytes of what waits for the broker: four answers with long trails, or fifteen receipts. */
const QUEUED_BYTES_MAX = 16_384;
/** The same for what need not arrive: answers to a flood leave room for receipts, and for questions to a prover. */
const PASSING_BYTES_MAX = 8192;

/** The topics that a board reads. */
export type IncomingKind = 'envelope' | 'offer' | 'trust' | 'finality' | 'proof';

/** The broker, the ports, and those who are told. */
export interface BrokerConnectionOptions {
  access: BrokerAccess;
  /** `mqtt://host:port` or `mqtts://…`. */
  broker: string;
  /** The chain whose finality messages are read. */
  chainId: number;
  clock: Clock;
  entropy: Entropy;
  /** Names the board and its topics. */
  mailbox: Pick<Mailbox, 'clientId' | 'topics'>;
  network: Network;
  /** Bytes of a message of that kind that are read now; what is longer is skipped as it streams in. */
  wantedBytesMax(kind: IncomingKind): number;
  /** True when the board reads finality messages and the answers of provers too. */
  readsProofs: boolean;
  log(line: string): void;
  /** Told at each connection, once the board's presence is on its way. */
  onConnected(): void;
  /** Told of untrusted bytes. */
  onMessage(kind: IncomingKind, payload: Uint8Array): void;
  /** Told of a message of so many bytes that was skipped. */
  onSkipped(kind: IncomingKind, bytes: number): void;
}

/** One message to publish. */
export interface Outgoing {
  /** 1 if left out: delivered again until the broker has acknowledged it. */
  qos?: 0 | 1;
  /** True when the broker keeps the message for those who come later. */
  retain?: boolean;
}

/** Reads and publishes on the topics of one board. */
export class BrokerConnection {
  readonly #options: BrokerConnectionOptions;
  /** The topics that are read: of this epoch, and of those before it in this boot. */
  readonly #kinds = new Map<string, IncomingKind>();
  readonly #mqtt: MqttClient;
  /** The prefix of the topics that the board publishes on. */
  #topics: string;

  /** Connects at once, again and again. Throws a RangeError on a broker that is not a URL. */
  constructor(options: BrokerConnectionOptions) {
    this.#options = options;
    const { access, broker, chainId, clock, entropy, log, mailbox, network, onMessage } = options;
    const url = parseUrl(broker);
    if (!url) throw new RangeError(`the broker ${broker} is not a URL`);
    this.#topics = mailbox.topics;
    const { password, user } = access;
    const presence = presenceTopic(access);
    this.#mqtt = new MqttClient({
      network,
      clock,
      entropy,
      host: url.host,
      port: url.port,
      secure: url.secure,
      clientId: mailbox.clientId,
      ...(password === '' ? {} : { username: user, password }),
      will: { topic: presence, payload: encodeText('offline'), qos: 1, retain: true },
      packetBytesMax: PACKET_BYTES_MAX,
      queuedBytesMax: QUEUED_BYTES_MAX,
      payloadBytesMax: name => {
        const kind = this.#kinds.get(name);
        return kind ? options.wantedBytesMax(kind) : 0;
      },
      onTooLarge: (length, name) => {
        const kind = this.#kinds.get(name ?? '');
        if (kind) options.onSkipped(kind, length);
      },
      onMessage: (name, payload) => {
        const kind = this.#kinds.get(name);
        if (kind) onMessage(kind, payload);
      },
      onConnected: () => {
        log(`connected to the broker ${broker}`);
        void this.#mqtt.publish(presence, encodeText('online'), { retain: true });
        options.onConnected();
      },
      onDisconnected: (loss, retryMs) =>
        log(`not connected to the broker (${loss.kind}), next attempt in ${retryMs} ms`),
    });
    if (options.readsProofs) this.#read(finalityTopic(chainId), 'finality');
    this.#readOwn();
  }

  /**
   * Changes to the topics of the board's present epoch; false when it has them already. The topics of before are read
   * until the board restarts, and nothing more is published there.
   */
  followEpoch(): boolean {
    const { topics } = this.#options.mailbox;
    if (topics === this.#topics) return false;
    for (const name of ['status', 'telemetry', 'crash'] as const) {
      void this.#mqtt.publish(`${this.#topics}/${name}`, new Uint8Array(0), { retain: true });
    }
    this.#topics = topics;
    this.#readOwn();
    return true;
  }

  /**
   * Queues a message on the board's topic of that name. `settle` is told what became of it: it is `delivered` when the
   * broker has it, or with QoS 0 the socket. Without a promise: several messages may wait for a broker, each would take
   * a kilobyte more.
   */
  publish(
    name: TopicName,
    payload: Uint8Array,
    { qos = 1, retain }: Outgoing = {},
    settle?: (delivery: Delivery) => void,
  ): void {
    const queuedBytesMax = qos === 0 ? PASSING_BYTES_MAX : QUEUED_BYTES_MAX;
    this.#mqtt.send(`${this.#topics}/${name}`, payload, { qos, retain, queuedBytesMax }, settle);
  }

  /** Sends a question to the prover; resolves when it is out. Not before the answer would be read: it comes at once. */
  async ask(question: Uint8Array): Promise<void> {
    const topics = this.#topics;
    await this.#mqtt.subscribe(`${topics}/proof`, 0);
    await this.#mqtt.publish(`${topics}/ask`, question, { qos: 0 });
  }

  /** Says that the board is gone, as its will would; resolves when that is out. */
  async leave(): Promise<void> {
    const presence = presenceTopic(this.#options.access);
    await this.#mqtt.publish(presence, encodeText('offline'), { retain: true });
    this.#mqtt.close();
  }

  close(): void {
    this.#mqtt.close();
  }

  #readOwn(): void {
    for (const kind of ['envelope', 'offer', 'trust'] as const) this.#read(`${this.#topics}/${kind}`, kind);
    if (this.#options.readsProofs) this.#read(`${this.#topics}/proof`, 'proof');
  }

  #read(topic: string, kind: IncomingKind): void {
    this.#kinds.set(topic, kind);
    void this.#mqtt.subscribe(topic, kind === 'finality' || kind === 'proof' ? 0 : 1);
  }
}

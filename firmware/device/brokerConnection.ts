/** The board's connection to its broker: the topics that it reads, and those that it publishes on. */

import { toHex } from '../bytes/hex.js';
import { encodeText } from '../bytes/text.js';
import type { Domain } from '../contract/typedData.js';
import { MqttClient } from '../mqtt/client.js';
import type { Clock } from '../port/clock.js';
import type { Entropy } from '../port/entropy.js';
import type { Network } from '../port/socket.js';
import { parseUrl } from '../rpc/url.js';
import { finalityTopic, type TopicName, topic } from './topics.js';

/** The topics that a board reads. */
export type IncomingKind = 'envelope' | 'offer' | 'finality' | 'proof';

/** The broker, the ports, and those who are told. */
export interface BrokerConnectionOptions {
  /** `mqtt://host:port` or `mqtts://…`. */
  broker: string;
  clock: Clock;
  /** The chain and the board's Device, which its topics are named after. */
  domain: Domain;
  entropy: Entropy;
  network: Network;
  /** True when the board reads finality messages and the answers of provers too. */
  readsProofs: boolean;
  log(line: string): void;
  /** Told at each connection, once the board's presence is on its way. */
  onConnected(): void;
  /** Told of untrusted bytes. */
  onMessage(kind: IncomingKind, payload: Uint8Array): void;
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
  readonly #mqtt: MqttClient;

  /** Connects at once, again and again. Throws a RangeError on a broker that is not a URL. */
  constructor(options: BrokerConnectionOptions) {
    this.#options = options;
    const { broker, clock, domain, entropy, log, network, onMessage, readsProofs } = options;
    const url = parseUrl(broker);
    if (!url) throw new RangeError(`the broker ${broker} is not a URL`);
    const kinds = new Map<string, IncomingKind>([
      [this.#topic('envelope'), 'envelope'],
      [this.#topic('offer'), 'offer'],
    ]);
    if (readsProofs) kinds.set(finalityTopic(domain.chainId), 'finality').set(this.#topic('proof'), 'proof');
    this.#mqtt = new MqttClient({
      network,
      clock,
      entropy,
      host: url.host,
      port: url.port,
      secure: url.secure,
      clientId: `holdfast-${toHex(domain.verifyingContract).slice(2)}`,
      will: { topic: this.#topic('presence'), payload: encodeText('offline'), qos: 1, retain: true },
      onMessage: (name, payload) => {
        const kind = kinds.get(name);
        if (kind) onMessage(kind, payload);
      },
      onConnected: () => {
        log(`connected to the broker ${broker}`);
        void this.publish('presence', encodeText('online'), { retain: true });
        options.onConnected();
      },
      onDisconnected: (loss, retryMs) =>
        log(`not connected to the broker (${loss.kind}), next attempt in ${retryMs} ms`),
    });
    for (const [name, kind] of kinds) {
      void this.#mqtt.subscribe(name, kind === 'envelope' || kind === 'offer' ? 1 : 0);
    }
  }

  /** Queues a message on the board's topic of that name; resolves when it is out, delivered or dropped. */
  async publish(
    name: TopicName,
    payload: Uint8Array,
    { qos = 1, retain = false }: Outgoing = {},
  ): Promise<void> {
    // Begins on a stack of its own: see JsonRpcEndpoint.batch.
    await undefined;
    await this.#mqtt.publish(this.#topic(name), payload, { qos, retain });
  }

  close(): void {
    this.#mqtt.close();
  }

  #topic(name: TopicName): string {
    const { chainId, verifyingContract } = this.#options.domain;
    return topic(chainId, verifyingContract, name);
  }
}

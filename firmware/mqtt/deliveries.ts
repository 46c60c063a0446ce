/**
 * Messages on their way out: a bounded queue in the order of the calls, and the messages that wait for their PUBACK
 * (MQTT section 4.4). Pure state: the client does the sending.
 */
import type { ConnAck, QoS } from './packet.js';

/** `refused` by the server or its limits, `dropped` for lack of room or connection, `closed` with the client. */
export type Delivery = 'delivered' | 'refused' | 'dropped' | 'closed';

export interface Message {
  topic: string;
  payload: Uint8Array;
  qos: QoS;
  retain: boolean;
  settle?(delivery: Delivery): void;
  /** Packet identifier once it has one, else 0. */
  id: number;
  /** True when it was sent before, and perhaps received: it is marked as a duplicate. */
  dup: boolean;
  /** Milliseconds of the monotonic clock at which it was last sent. */
  sentAt: number;
}

export interface DeliveriesOptions {
  /** Messages, waiting and unacknowledged ones together. */
  messages: number;
  /** Bytes of their topics and payloads. */
  bytes: number;
  /** Packet identifiers that others have under way. */
  usesId(id: number): boolean;
}

export class Deliveries {
  readonly #options: DeliveriesOptions;
  #waiting: Message[] = [];
  readonly #unacknowledged = new Map<number, Message>();
  #bytes = 0;
  #lastId = 0;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  /** Queues a message; false when there is no room, or more than `bytesMax` would wait with it. */
  add(message: Message, bytesMax = this.#options.bytes): boolean {
    const size = sizeOf(message);
    const count = this.#waiting.length + this.#unacknowledged.size;
    if (count >= this.#options.messages || this.#bytes + size > Math.min(bytesMax, this.#options.bytes))
      return false;
    this.#bytes += size;
    this.#waiting.push(message);
    return true;
  }

  /** The next message to send, while fewer than `window` are unacknowledged; with QoS 1 it then has its id. */
  take(window: number, now: number): Message | undefined {
    const first = this.#waiting[0];
    if (first === undefined) return undefined;
    if (first.qos === 0) {
      this.#bytes -= sizeOf(first);
      return this.#waiting.shift();
    }
    if (this.#unacknowledged.size >= window) return undefined;
    if (first.id === 0) first.id = this.takeId();
    first.sentAt = now;
    this.#unacknowledged.set(first.id, first);
    return this.#waiting.shift();
  }

  /** Takes the message with an identifier off the unacknowledged ones. */
  acknowledge(id: number): Message | undefined {
    const message = this.#unacknowledged.get(id);
    if (message === undefined) return undefined;
    this.#unacknowledged.delete(id);
    this.#bytes -= sizeOf(message);
    return message;
  }

  /** The connection is lost: what is unacknowledged goes first on the next one, as a duplicate. */
  rewind(): void {
    const again = [...this.#unacknowledged.values()];
    for (const message of again) message.dup = true;
    this.#unacknowledged.clear();
    this.#waiting = [...again, ...this.#waiting];
  }

  /** The server has lost the session, and with it the identifiers: all are new messages. */
  forgetSession(): void {
    for (const message of this.#waiting) {
      message.id = 0;
      message.dup = false;
    }
  }

  /** Milliseconds at which the oldest unacknowledged message was sent. */
  oldestSentAt(): number | undefined {
    for (const message of this.#unacknowledged.values()) return message.sentAt;
    return undefined;
  }

  /** An identifier that nothing under way uses. */
  takeId(): number {
    do {
      this.#lastId = (this.#lastId % 65535) + 1;
    } while (this.#uses(this.#lastId));
    return this.#lastId;
  }

  /** Settles all messages. */
  settleAll(delivery: Delivery): void {
    const all = [...this.#unacknowledged.values(), ...this.#waiting];
    this.#unacknowledged.clear();
    this.#waiting = [];
    this.#bytes = 0;
    for (const message of all) message.settle?.(delivery);
  }

  #uses(id: number): boolean {
    return (
      this.#options.usesId(id) ||
      this.#unacknowledged.has(id) ||
      this.#waiting.some(message => message.id === id)
    );
  }
}

function sizeOf(message: Message): number {
  return message.topic.length + message.payload.length;
}

/** True for a message that the server's limits allow. */
export function isAllowed({ payload, qos, retain, topic }: Message, server: ConnAck): boolean {
  // Fixed header, topic length, identifier and empty properties take at most ten bytes.
  const tooLarge = 3 * topic.length + payload.length + 10 > server.maximumPacketSize;
  return !tooLarge && qos <= server.maximumQoS && (!retain || server.retainAvailable);
}

/** A client's session at the virtual broker: subscriptions, and what waits for it, which outlive its connections. */
import type { Message } from './message.js';
import { matches } from './topicFilter.js';

/** Unacknowledged messages to one client at once, and messages that wait for it; the oldest give way. */
const IN_FLIGHT_MAX = 8;
const WAITING_MAX = 1000;

/** A message on its way to a client; `id` with QoS 1. */
export interface Handed extends Message {
  id?: number;
  dup: boolean;
}

export class Session {
  readonly #filters = new Map<string, 0 | 1>();
  readonly #waiting: Message[] = [];
  readonly #inFlight = new Map<number, Message>();
  #lastId = 0;
  /** Puts a message on the wire; undefined while the client is absent. */
  hand: ((message: Handed) => void) | undefined;

  subscribe(filter: string, qos: 0 | 1): void {
    this.#filters.set(filter, qos);
  }

  unsubscribe(filter: string): void {
    this.#filters.delete(filter);
  }

  /** Takes a message if one of its filters matches, with the greatest QoS among these. */
  offer(message: Message): void {
    const found = [...this.#filters].filter(([filter]) => matches(filter, message.topic));
    if (found.length === 0) return;
    const granted = Math.max(...found.map(([, qos]) => qos));
    this.give({ ...message, qos: granted < message.qos ? 0 : message.qos });
  }

  give(message: Message): void {
    if (message.qos === 0) return void this.hand?.({ ...message, dup: false });
    this.#waiting.push(message);
    if (this.#waiting.length > WAITING_MAX) this.#waiting.shift();
    this.#pump();
  }

  /** A new connection: what was not acknowledged goes first, again. */
  resume(hand: (message: Handed) => void): void {
    this.hand = hand;
    for (const [id, message] of this.#inFlight) hand({ ...message, id, dup: true });
    this.#pump();
  }

  acknowledge(id: number): void {
    this.#inFlight.delete(id);
    this.#pump();
  }

  #pump(): void {
    while (this.hand && this.#inFlight.size < IN_FLIGHT_MAX && this.#waiting.length > 0) {
      do this.#lastId = (this.#lastId % 65_535) + 1;
      while (this.#inFlight.has(this.#lastId));
      const message = this.#waiting.shift()!;
      this.#inFlight.set(this.#lastId, message);
      this.hand({ ...message, id: this.#lastId, dup: false });
    }
  }
}

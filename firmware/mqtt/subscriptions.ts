/** The topic filters that a client wants, and their state in the current session. */
import type { QoS } from './packet.js';

/** `refused` by the server; it is asked again in the next session. `closed` with the client. */
export type SubscribeOutcome = 'granted' | 'refused' | 'closed';

interface Wanted {
  filter: string;
  qos: QoS;
  state: 'new' | 'asked' | 'granted' | 'refused';
  waiting: Array<(outcome: SubscribeOutcome) => void>;
}

export class Subscriptions {
  readonly #wanted = new Map<string, Wanted>();
  /** Packet identifier of a SUBSCRIBE under way, and its filters in order. */
  readonly #asked = new Map<number, { filters: string[]; sentAt: number }>();

  add(filter: string, qos: QoS): Promise<SubscribeOutcome> {
    return new Promise(resolve => {
      const known = this.#wanted.get(filter);
      if (known === undefined) this.#wanted.set(filter, { filter, qos, state: 'new', waiting: [resolve] });
      else if (known.state === 'granted' && known.qos === qos) resolve('granted');
      else {
        known.qos = qos;
        known.state = known.state === 'asked' ? 'asked' : 'new';
        known.waiting.push(resolve);
      }
    });
  }

  /** The SUBSCRIBE that is still to be sent, or undefined; marks its filters as asked for, under `takeId()`. */
  ask(
    takeId: () => number,
    now: number,
  ): { id: number; subscriptions: Array<{ filter: string; qos: QoS }> } | undefined {
    const fresh = [...this.#wanted.values()].filter(wanted => wanted.state === 'new');
    if (fresh.length === 0) return undefined;
    const id = takeId();
    for (const wanted of fresh) wanted.state = 'asked';
    this.#asked.set(id, { filters: fresh.map(({ filter }) => filter), sentAt: now });
    return { id, subscriptions: fresh.map(({ filter, qos }) => ({ filter, qos })) };
  }

  /** Takes the codes of a SUBACK; false when they belong to no SUBSCRIBE. */
  answer(id: number, codes: readonly number[]): boolean {
    const asked = this.#asked.get(id);
    if (asked === undefined || asked.filters.length !== codes.length) return false;
    this.#asked.delete(id);
    asked.filters.forEach((filter, i) => {
      const wanted = this.#wanted.get(filter)!;
      const granted = codes[i] < 0x80;
      wanted.state = granted ? 'granted' : 'refused';
      for (const resolve of wanted.waiting.splice(0)) resolve(granted ? 'granted' : 'refused');
    });
    return true;
  }

  /** A connection begins; without the old session no subscription of it holds. */
  renew(sessionPresent: boolean): void {
    this.#asked.clear();
    for (const wanted of this.#wanted.values()) {
      if (!sessionPresent || wanted.state !== 'granted') wanted.state = 'new';
    }
  }

  oldestAskedAt(): number | undefined {
    for (const asked of this.#asked.values()) return asked.sentAt;
    return undefined;
  }

  uses(id: number): boolean {
    return this.#asked.has(id);
  }

  settleAll(): void {
    for (const wanted of this.#wanted.values()) {
      for (const resolve of wanted.waiting.splice(0)) resolve('closed');
    }
  }
}

/**
 * Events, which come into an image by themselves. Live, each waits here for a turn of its own, so that whatever an event began has come
 * to its end before the next one, on every engine in the same order; played, it comes from the recording.
 */
import type { Console } from '../../firmware/port/board.js';
import type { SerialEvents } from '../../firmware/port/buses.js';
import type { SocketOptions } from '../../firmware/port/socket.js';
import type { Operation } from './operations.js';

/** `detail`: a count of bytes, the cause of an end, or the JSON of a request. */
export interface Event {
  operation: Operation;
  id: number;
  detail: string;
}

/** An answer at the console that is ready: its request, and the JSON of what is answered. */
export interface Answer {
  id: number;
  json: string;
}

/** The parts of an image that wait for events. */
export class Incoming {
  readonly timers = new Map<number, () => void>();
  readonly sockets = new Map<number, SocketOptions>();
  readonly buses = new Map<number, SerialEvents>();
  handler: Parameters<Console['onRequest']>[0] | undefined;
  /** The reason of the restart that the image asked for: nothing comes in any more. */
  ended: string | undefined;
  readonly #onPush: () => void;
  readonly #onEnd: () => void;
  readonly #queue: Event[] = [];
  #answers: Answer[] = [];
  readonly #asked = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #lastRequest = 0;

  /** @param onPush told that an event waits; @param onEnd told once that the image restarts */
  constructor(onPush: () => void, onEnd: () => void) {
    this.#onPush = onPush;
    this.#onEnd = onEnd;
  }

  push(event: Event): void {
    if (this.ended !== undefined) return;
    this.#queue.push(event);
    this.#onPush();
  }

  /** The next one that somebody still waits for. */
  next(): Event | undefined {
    for (;;) {
      const event = this.#queue.shift();
      if (!event || this.#isAwaited(event)) return event;
    }
  }

  /** A request at the live console; resolves with the image's answer. */
  ask(method: string, parameters: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastRequest;
      this.#asked.set(id, { resolve, reject });
      this.push({
        operation: 'request',
        id,
        detail: JSON.stringify({ method, parameters: parameters ?? null }),
      });
    });
  }

  /** Hands an event to the image. What the image throws at it is the image's fault. */
  deliver({ detail, id, operation }: Event): void {
    const socket = this.sockets.get(id);
    if (operation === 'timer') {
      const callback = this.timers.get(id);
      this.timers.delete(id);
      callback?.();
    } else if (operation === 'readable') socket?.onReadable(Number(detail));
    else if (operation === 'writable') socket?.onWritable(Number(detail));
    else if (operation === 'closed') {
      this.sockets.delete(id);
      socket?.onClosed(detail === '' ? undefined : detail);
    } else if (operation === 'busReadable') this.buses.get(id)?.onReadable(Number(detail));
    else if (operation === 'busWritable') this.buses.get(id)?.onWritable(Number(detail));
    else if (operation === 'request') this.#serve(id, detail);
  }

  /** The answers that became ready since this was asked last, by their requests. */
  takeAnswers(): Answer[] {
    const answers = this.#answers.sort((a, b) => a.id - b.id);
    this.#answers = [];
    return answers;
  }

  /** Gives an answer to who asked live. */
  give({ id, json }: Answer): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    const { error, result } = JSON.parse(json) as { result?: unknown; error?: string };
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error));
  }

  end(reason: string): void {
    if (this.ended !== undefined) return;
    this.ended = reason;
    this.#onEnd();
  }

  #isAwaited({ id, operation }: Event): boolean {
    if (operation === 'timer') return this.timers.has(id);
    if (operation === 'request') return this.handler !== undefined;
    return (operation.startsWith('bus') ? this.buses : this.sockets).has(id);
  }

  #serve(id: number, json: string): void {
    const answered = (answer: object) => this.#answers.push({ id, json: JSON.stringify(answer) });
    void (async () => {
      const { method, parameters } = JSON.parse(json) as { method: string; parameters: unknown };
      return this.handler!(method, parameters);
    })().then(
      result => answered({ result: result ?? null }),
      error => answered({ error: `${(error as Error)?.message ?? error}` }),
    );
  }
}

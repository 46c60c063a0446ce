/** A board of an exporter in hand: its line, its supply and what makes it new, each act a request. */
import { Failure } from '../../cli/failure.js';
import type { FailureCode } from '../../explain/failures.js';
import type { ResetLines, SerialLine } from '../../serial/line.js';
import type { Reservation } from '../farm/reservation.js';
import type { PowerSupply } from '../power/supply.js';
import type { BoardAccess } from '../serial/access.js';
import type { Talk } from './talk.js';
import { CHUNK_BYTES_MAX, type ExporterWord } from './words.js';

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const LETTING_GO_MS = 30_000;

/** exporter/reach.ts makes one. */
export class Held implements Reservation {
  readonly lost: Promise<void>;
  readonly #words: Talk;
  readonly #ownAddress: () => string | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #loseIt: () => void = () => {};
  #last = 0;
  #line: RemoteLine | undefined;
  #gone: Failure | undefined;
  #released: Promise<void> | undefined;
  #can = { power: false, prepare: false };

  constructor(words: Talk, ownAddress: () => string | undefined) {
    this.#words = words;
    this.#ownAddress = ownAddress;
    this.lost = new Promise(resolve => (this.#loseIt = resolve));
  }

  /** The address of this machine on the way to the exporter; undefined where that is this machine alone. */
  get address(): string | undefined {
    const own = this.#ownAddress()?.replace(/^::ffff:/, '');
    return own === undefined || own.startsWith('127.') || own === '::1' ? undefined : own;
  }

  get access(): BoardAccess {
    return {
      ...(this.#can.power && { power: this.#supply() }),
      ...(this.#can.prepare && { prepare: signal => this.#prepare(signal) }),
      open: async () => {
        const line = new RemoteLine(asked => this.#ask(asked));
        // Its first bytes may come in one piece with the answer.
        this.#line = line;
        await this.#ask({ do: 'open' });
        return line;
      },
    };
  }

  /** Says what it can do. */
  begin(can: { power: boolean; prepare: boolean }): void {
    this.#can = can;
  }

  /** A word of the exporter. */
  take(word: ExporterWord): void {
    if ('answer' in word) {
      const asked = this.#waiting.get(word.answer);
      this.#waiting.delete(word.answer);
      if ('error' in word) asked?.reject(new Failure(word.code as FailureCode, word.error));
      else asked?.resolve(word.result);
    } else if ('line' in word) {
      if ('bytes' in word) this.#line?.hear(Buffer.from(word.bytes, 'base64'));
      else this.#line?.lose();
    }
  }

  /** Nobody shall have the board until somebody has seen to it. */
  async leaveAlone(reason: string): Promise<void> {
    await this.#ask({ do: 'leave', reason: reason.slice(0, 1000) });
  }

  /** Resolves once the exporter has left the board as it was found, or is gone. */
  release(): Promise<void> {
    this.#released ??= (async () => {
      const late = new Promise<void>(resolve => setTimeout(resolve, LETTING_GO_MS).unref());
      await Promise.race([this.#ask({ do: 'release' }).catch(() => {}), late]);
      this.#words.end();
    })();
    return this.#released;
  }

  /** The connection is over. */
  end(why: Failure): void {
    if (this.#gone) return;
    this.#gone = why;
    for (const { reject } of this.#waiting.values()) reject(why);
    this.#waiting.clear();
    this.#line?.lose();
    if (!this.#released) this.#loseIt();
  }

  async #prepare(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    // The command that works on the board there ends as it is let go: a request would wait behind it.
    const stop = () => void this.release();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#ask({ do: 'prepare' });
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  #supply(): PowerSupply {
    return {
      name: 'at the exporter',
      switch: async on => void (await this.#ask({ do: 'power', on })),
      state: async () => {
        const state = await this.#ask({ do: 'state' });
        return typeof state === 'boolean' ? state : undefined;
      },
    };
  }

  #ask(asked: object): Promise<unknown> {
    if (this.#gone) return Promise.reject(this.#gone);
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#words.send({ id, ...asked });
    });
  }
}

class RemoteLine implements SerialLine {
  readonly name = 'at the exporter';
  readonly #ask: (asked: object) => Promise<unknown>;
  #onData: (bytes: Uint8Array) => void = () => {};
  #onLost = () => {};
  #isOver = false;

  constructor(ask: (asked: object) => Promise<unknown>) {
    this.#ask = ask;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES_MAX) {
      const chunk = Buffer.from(bytes.subarray(at, at + CHUNK_BYTES_MAX)).toString('base64');
      await this.#ask({ do: 'write', bytes: chunk });
    }
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  async setSpeed(baud: number): Promise<void> {
    await this.#ask({ do: 'speed', baud });
  }

  async setLines({ dtr, rts }: ResetLines): Promise<void> {
    await this.#ask({ do: 'lines', dtr, rts });
  }

  async close(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#ask({ do: 'close' }).catch(() => {});
  }

  hear(bytes: Uint8Array): void {
    if (!this.#isOver) this.#onData(bytes);
  }

  lose(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onLost();
  }
}

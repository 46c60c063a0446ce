/** A board in the hands of a runner elsewhere: what it asks is done in turn, and its end leaves line and power as found. */
import { Failure, oneLine, toFailure } from '../../cli/failure.js';
import type { SerialLine } from '../../serial/line.js';
import { asFound, type HeldSupply } from '../power/asFound.js';
import type { BoardAccess } from '../serial/access.js';
import { CHUNK_BYTES_MAX, type Request } from './words.js';

type Wish = Exclude<Request, { do: 'release' }>;

export interface SessionOptions {
  access: BoardAccess;
  send(said: object): void;
  /** The board failed the look at it. */
  leave(reason: string): void;
}

/** Requests that wait for the one that is worked on. */
const WAITING_MAX = 256;

export class Session {
  readonly #access: BoardAccess;
  readonly #options: SessionOptions;
  readonly #power: HeldSupply | undefined;
  readonly #ended = new AbortController();
  #line: SerialLine | undefined;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#access = options.access;
    this.#power = options.access.power && asFound(options.access.power);
  }

  /** Does it after all that was asked before, and answers. False: too many wait already. */
  take(request: Wish): boolean {
    if (this.#waiting >= WAITING_MAX) return false;
    this.#waiting++;
    this.#last = this.#last.then(async () => {
      this.#waiting--;
      if (this.#ended.signal.aborted) return;
      const { id } = request;
      try {
        this.#options.send({ answer: id, result: await this.#do(request) });
      } catch (error) {
        const { code, message } = toFailure(error);
        this.#options.send({ answer: id, code: code.slice(0, 60), error: oneLine(message) });
      }
    });
    return true;
  }

  /** Ends what is under way, closes the line, and leaves the power as it was found. Idempotent. */
  async end(): Promise<void> {
    this.#ended.abort();
    await this.#last;
    await this.#line?.close();
    this.#line = undefined;
    await this.#power?.restore();
  }

  async #do(request: Wish): Promise<unknown> {
    switch (request.do) {
      case 'open':
        return this.#open();
      case 'write':
        return this.#held().write(Buffer.from(request.bytes, 'base64'));
      case 'speed':
        return this.#held().setSpeed(request.baud);
      case 'lines':
        return this.#held().setLines({
          ...(request.dtr !== undefined && { dtr: request.dtr }),
          ...(request.rts !== undefined && { rts: request.rts }),
        });
      case 'close':
        await this.#line?.close();
        this.#line = undefined;
        return;
      case 'power':
        return this.#supply().switch(request.on);
      case 'state':
        return this.#supply().state();
      case 'prepare':
        if (!this.#access.prepare) throw new Failure('prepare', 'Nothing makes this board new.');
        return this.#access.prepare(this.#ended.signal);
      case 'leave':
        return this.#options.leave(request.reason);
    }
  }

  async #open(): Promise<void> {
    if (this.#line) throw new Failure('port_busy', 'The line is open already.');
    const line = await this.#access.open();
    this.#line = line;
    line.onData(bytes => {
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES_MAX) {
        const chunk = Buffer.from(bytes.subarray(at, at + CHUNK_BYTES_MAX)).toString('base64');
        this.#options.send({ line: 'data', bytes: chunk });
      }
    });
    line.onLost(() => {
      if (this.#line !== line) return;
      this.#line = undefined;
      this.#options.send({ line: 'lost' });
    });
  }

  #held(): SerialLine {
    if (!this.#line) throw new Failure('console', 'The line is not open.');
    return this.#line;
  }

  #supply(): HeldSupply {
    if (!this.#power) throw new Failure('power', 'The board has no supply that can be switched.');
    return this.#power;
  }
}

/**
 * A realm for an image in XS, with the memory of a chip: a process that is stepped. The image's calls come as frames and
 * are answered before it goes on; an event is over when nothing of the image is left to run.
 */
import type { Realm, RealmMaker } from '../board/realm.js';
import type { HostCall } from '../board/realmBytes.js';
import { RealmLost } from '../board/realmLost.js';
import { encodeFrame, FRAME_BYTES_MAX, type Frame, type Value } from './frames.js';
import { type XsEngine, xsBoardCommand } from './spawn.js';
import { SteppedProcess } from './steppedProcess.js';

/** Milliseconds that one event may take on a busy machine; an image that takes longer never comes back. */
const EVENT_MS_MAX = 300_000;

/** Makes realms in XS as `createRealm` of host-sim/board makes them on Node. */
export class SteppedRealms {
  readonly #command: string;
  readonly #options: readonly string[];
  #cpuSeconds = 0;

  /** @throws XsMissing when XS is not built */
  constructor(engine: XsEngine = {}) {
    const { arguments: options, command } = xsBoardCommand(engine);
    this.#command = command;
    this.#options = ['--stepped', '--watchdog', `${EVENT_MS_MAX}`, ...options];
  }

  /** Of all processes of realms, those that have ended too. */
  get cpuSeconds(): number {
    return this.#cpuSeconds;
  }

  readonly make: RealmMaker = (source, host, attach) => {
    const realm = new SteppedRealm(new SteppedProcess(this.#command, this.#options), host, seconds => {
      this.#cpuSeconds += seconds;
    });
    attach(realm);
    const fault = realm.load(source);
    if (fault !== undefined) throw new Error(fault);
    return realm;
  };
}

class SteppedRealm implements Realm {
  readonly #process: SteppedProcess;
  readonly #host: HostCall;
  readonly #onCpu: (seconds: number) => void;
  #cpuSeconds = 0;
  #isAtWork = false;

  /** @param onCpu told how long the processor worked for a step */
  constructor(process: SteppedProcess, host: HostCall, onCpu: (seconds: number) => void) {
    this.#process = process;
    this.#host = host;
    this.#onCpu = onCpu;
  }

  load(source: string): string | undefined {
    return this.#step(encodeFrame('i', new TextEncoder().encode(source)));
  }

  start(): string | undefined {
    return this.#step(encodeFrame('e', 'start', undefined, undefined));
  }

  emit(...[event, id, detail]: Parameters<Realm['emit']>): string | undefined {
    return this.#step(encodeFrame('e', event, id, detail as Value));
  }

  makeBytes(length: number): Uint8Array {
    return new Uint8Array(length);
  }

  /** Its errors stay on its side. */
  owns(): boolean {
    return false;
  }

  describe(error: unknown): string {
    return `${error}`;
  }

  end(): void {
    this.#process.end();
  }

  /** Hands it a frame and serves it until it is idle. @returns what the image did not catch */
  #step(frame: Buffer): string | undefined {
    if (this.#process.isOver) return undefined;
    if (this.#isAtWork) throw new Error('an event for a stepped board that is at work');
    this.#isAtWork = true;
    try {
      this.#process.send(frame);
      for (;;) {
        const came = this.#process.receive();
        if (!came) throw new RealmLost('the process of a board in XS ended without a word');
        if (came.kind === 'd') return this.#idle(Number(came.values[0]));
        if (came.kind === 'f') return `${came.values[0]}`;
        const answer = this.#answer(came);
        // Its power may have failed meanwhile.
        if (this.#process.isOver) return undefined;
        this.#process.send(answer);
      }
    } finally {
      this.#isAtWork = false;
    }
  }

  #idle(cpuSeconds: number): undefined {
    this.#onCpu(cpuSeconds - this.#cpuSeconds);
    this.#cpuSeconds = cpuSeconds;
  }

  #answer({ values: [name, ...values] }: Frame): Buffer {
    const host = this.#host;
    const value = name === 'entropy.fill' ? this.#entropy(values[0]) : host(`${name}`, ...values);
    return value === undefined ? encodeFrame('x', `${host('failure')}`) : encodeFrame('r', value as Value);
  }

  /** The board says how many; elsewhere they are written where they shall be. */
  #entropy(count: Value): Uint8Array | undefined {
    const bytes = new Uint8Array(Math.min(Number(count), FRAME_BYTES_MAX));
    return this.#host('entropy.fill', bytes) === undefined ? undefined : bytes;
  }
}

/** A board of a seeded world as one held in hand. */
import { EventEmitter } from 'node:events';
import type { Hello, InputLine, PartFault } from '../../../host-sim/node/board/consoleLine.js';
import type { BoardEvents, BoardInHand } from '../../../host-sim/process/boardInHand.js';
import { WorldBoard, type WorldBoardOptions } from '../../../host-sim/world/board.js';
import type { VirtualTime } from '../../../host-sim/world/time.js';

type Given = Omit<
  WorldBoardOptions,
  'onEvent' | 'onStart' | 'onNothingToStart' | 'onTorn' | 'onPin' | 'onLine'
>;

const LOOK_MS = 50;
/** Milliseconds of the world. */
const ANSWER_MS = 60_000;
const START_MS = 300_000;

export class SeededBoard extends EventEmitter<BoardEvents> implements BoardInHand {
  readonly pid = 0;
  readonly inputs: ReadonlyMap<number, InputLine> = new Map();
  readonly #board: WorldBoard;
  readonly #time: VirtualTime;
  #hello: Hello | undefined;
  #starts = 0;

  /** One that is off, with that image. */
  constructor(given: Given, image: Uint8Array) {
    super();
    this.setMaxListeners(0);
    this.#time = given.time;
    this.#board = new WorldBoard({
      ...given,
      onEvent: what => this.#happened(what),
      onStart: ({ state, version }) => {
        this.#starts++;
        this.#hello = { pid: 0, slot: 'A', state, version, length: image.length };
        this.emit('hello', this.#hello);
      },
      onNothingToStart: why => this.emit('dead', why),
      onTorn: () =>
        this.emit('ended', { why: 'powerCut', detail: 'the power failed within a flash operation' }),
      onPin: (pin, on) => this.emit('pin', pin, on),
      onLine: line => this.emit('log', line),
    });
    this.#board.flashImage(image);
  }

  get hello(): Hello | undefined {
    return this.#board.isOn ? this.#hello : undefined;
  }

  get restarts(): number {
    return Math.max(0, this.#starts - 1);
  }

  /** An error that nobody handled, if it was made in its image. */
  takeFault(error: unknown): boolean {
    return this.#board.takeFault(error);
  }

  async request(method: string, parameters: unknown = null, { timeout = ANSWER_MS } = {}): Promise<unknown> {
    await this.#until(() => this.#board.isOn, timeout, 'is off');
    const late = this.#time.wait(timeout).then(() => {
      throw new Error(`the board did not answer ${method} in time`);
    });
    late.catch(() => {});
    return Promise.race([this.#board.request(method, parameters), late]);
  }

  setInput(): never {
    throw new Error('nobody sets the inputs of a seeded world');
  }

  setBus(): never {
    throw new Error('a board of a seeded world has no buses');
  }

  /** @throws Error for its clock, which is the world's */
  setFault(fault: PartFault): void {
    if (!('flashOperation' in fault)) throw new Error('a board of a seeded world has the clock of the world');
    if (fault.flashOperation === null) this.#board.keepPower();
    else this.#board.tearAt(fault.flashOperation, 'torn');
  }

  async waitForRestart(restarts = this.restarts + 1, { timeout = START_MS } = {}): Promise<Hello> {
    await this.#until(() => this.restarts >= restarts && this.#board.isOn, timeout, 'did not restart');
    return this.#hello!;
  }

  waitForLog(pattern: RegExp, { timeout = START_MS } = {}): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (line: string) => {
        if (!pattern.test(line)) return;
        stop();
        this.off('log', look);
        resolve(line);
      };
      const stop = this.#time.after(timeout, () => {
        this.off('log', look);
        reject(new Error('the board did not say that in time'));
      });
      this.on('log', look);
    });
  }

  async powerCut(): Promise<void> {
    if (!this.#board.isOn) return;
    this.#board.powerCut();
    this.emit('ended', { why: 'powerCut', detail: 'the power was cut' });
  }

  async powerOn(): Promise<Hello> {
    this.#board.powerOn();
    await this.#until(() => this.#board.isOn, START_MS, 'does not start');
    return this.#hello!;
  }

  async close(): Promise<void> {
    this.#board.powerCut();
  }

  #happened(what: string): void {
    const [, why, detail] = /^(restarts|fault): (.*)$/s.exec(what) ?? [];
    if (why) this.emit('ended', { why: why === 'fault' ? 'fault' : 'restart', detail });
  }

  async #until(holds: () => boolean, milliseconds: number, otherwise: string): Promise<void> {
    for (const end = this.#time.nowMs + milliseconds; !holds(); await this.#time.wait(LOOK_MS))
      if (this.#time.nowMs >= end) throw new Error(`the board ${otherwise}`);
  }
}

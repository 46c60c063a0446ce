/** A board held in hand, wherever it runs: its power, its console and its lines. A process (board.ts), or a chip on a serial line. */
import type { EventEmitter } from 'node:events';
import type { BusLine, BusSetting } from '../node/board/busLines.js';
import type { Hello, InputLine, PartFault } from '../node/board/consoleLine.js';
import type { Ended } from './run.js';

export interface BoardEvents {
  log: [line: string];
  pin: [pin: number, on: boolean];
  /** An input is read for the first time since the board started. */
  reads: [input: InputLine];
  /** Sent on a bus, or a pulse. */
  bus: [event: BusLine];
  /** An image is about to run. */
  hello: [hello: Hello];
  ended: [ended: Ended];
  /** The supply gave up, or the board was closed: it does not come back. */
  dead: [reason: string];
}

export interface BoardInHand extends EventEmitter<BoardEvents> {
  /** Of its process; 0 where it is none. */
  readonly pid: number;
  /** The running image's account of itself. Undefined while the board is off or starting. */
  readonly hello: Hello | undefined;
  /** The number of times that the board has come up again since it was first started. */
  readonly restarts: number;
  /** The inputs that it has read since it started, by pin; of real ones nobody tells. */
  readonly inputs: ReadonlyMap<number, InputLine>;
  /** Asks the image something over the console. @throws Error with the image's words, or why there was no answer */
  request(method: string, parameters?: unknown, options?: { timeout?: number }): Promise<unknown>;
  /** Sets the reading of an analogue input, 0 to 4095. @throws Error where the board has real ones */
  setInput(input: number, value: number): void;
  /** Sets what a device on a bus has, or sends. @throws Error where the board has real ones */
  setBus(setting: BusSetting): void;
  /** Lets a part of it fail from now on. Missing where nobody can; boards of other engines than Node ignore it. */
  setFault?(fault: PartFault): void;
  /** Resolves when the board has come up for the `restarts`-th time; by default one more than by now. */
  waitForRestart(restarts?: number, options?: { timeout?: number }): Promise<Hello>;
  /** Resolves with the first log line from now on that matches. */
  waitForLog(pattern: RegExp, options?: { timeout?: number }): Promise<string>;
  /** Takes its power, and leaves it off. @throws Error where nobody can, or the board runs on */
  powerCut(): Promise<void>;
  /** Gives it power, if it has none, and resolves when its image is about to run. */
  powerOn(): Promise<Hello>;
  /** Lets go of it. Idempotent. */
  close(): Promise<void>;
}

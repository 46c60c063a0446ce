/** The lines and the outputs of a board, kept for the steps that ask for them later. */
import type { BoardInHand } from '../../../host-sim/process/boardInHand.js';
import type { Pace } from './pace.js';

/** Lines that are kept for `expect` and for the report of a failure. */
const LINES_MAX = 2000;

export class BoardWatch {
  readonly #board: BoardInHand;
  readonly #pace: Pick<Pace, 'clock' | 'patient'>;
  readonly #outputs = new Map<number, boolean>();
  #lines: string[] = [];
  /** Of those lines, the ones that were matched or passed over. */
  #read = 0;
  #wake: () => void = () => {};

  constructor(board: BoardInHand, pace: Pick<Pace, 'clock' | 'patient'>) {
    this.#board = board;
    this.#pace = pace;
    board.on('log', this.#onLine).on('pin', this.#onPin);
  }

  /** The newest lines, the oldest first. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The level of an output; undefined while the board has set none. */
  output(pin: number): boolean | undefined {
    return this.#outputs.get(pin);
  }

  begin(): void {
    this.#lines = [];
    this.#read = 0;
  }

  /**
   * The next line that matches, of those after the last that matched; undefined when none comes in time.
   * @param quietMs milliseconds, enough on a quiet machine
   */
  async line(pattern: RegExp, quietMs: number): Promise<string | undefined> {
    const find = () => this.#lines.findIndex((line, i) => i >= this.#read && pattern.test(line));
    if (!(await this.until(() => find() >= 0, quietMs))) return undefined;
    this.#read = find() + 1;
    return this.#lines[this.#read - 1];
  }

  /** Waits until that holds of lines and outputs; false when it does not in time. */
  async until(holds: () => boolean, quietMs: number): Promise<boolean> {
    const { clock, patient } = this.#pace;
    for (const end = clock.monotonic() + patient(quietMs); !holds(); ) {
      const left = end - clock.monotonic();
      if (left <= 0) return false;
      await this.#next(left);
    }
    return true;
  }

  close(): void {
    this.#board.off('log', this.#onLine).off('pin', this.#onPin);
  }

  #next(milliseconds: number): Promise<void> {
    return new Promise(resolve => {
      const stop = this.#pace.clock.after(milliseconds, resolve);
      this.#wake = () => {
        stop();
        resolve();
      };
    });
  }

  readonly #onLine = (line: string): void => {
    this.#lines.push(line);
    const surplus = this.#lines.length - LINES_MAX;
    if (surplus > 0) {
      this.#lines.splice(0, surplus);
      this.#read = Math.max(0, this.#read - surplus);
    }
    this.#wake();
  };

  readonly #onPin = (pin: number, on: boolean): void => {
    this.#outputs.set(pin, on);
    this.#wake();
  };
}

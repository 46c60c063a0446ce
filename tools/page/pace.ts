/** The pace of a seeded world in the hand of a person: it stands, steps, runs at a speed, or leaps. The log is the same. */
import type { WorldClock } from '../../host-sim/page/protocol.js';
import type { Pacing } from '../sim/run.js';

/** Milliseconds of this machine between two slices of time that runs. */
const FRAME_MS = 50;

export type PaceState = Pick<WorldClock, 'moves' | 'speed'>;

export class Pace implements Pacing {
  readonly #signal: AbortSignal;
  readonly #lines: () => number;
  #state: PaceState = { moves: 'stands', speed: 60 };
  #nowMs = 0;
  #leapToMs = 0;
  #linesBefore = 0;
  #wake: () => void = () => {};
  #isNudged = false;
  #onChange: () => void = () => {};

  /** @param lines of the log so far: a step goes on until there is another */
  constructor(lines: () => number, signal: AbortSignal) {
    this.#lines = lines;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  get state(): PaceState & { nowMs: number } {
    return { ...this.#state, nowMs: this.#nowMs };
  }

  /** @param change told whenever the state is another */
  onChange(change: () => void): void {
    this.#onChange = change;
  }

  stop = (): void => this.#go({ moves: 'stands' });
  run = (speed: WorldClock['speed']): void => this.#go({ moves: 'runs', speed });
  end = (): void => this.#go({ moves: 'over' });

  /** The world looks about where it is, though its time stands. */
  nudge(): void {
    this.#isNudged = true;
    this.#wake();
  }

  step(): void {
    this.#linesBefore = this.#lines();
    this.#go({ moves: 'steps' });
  }

  leap(seconds: number): void {
    this.#leapToMs = this.#nowMs + seconds * 1000;
    this.#go({ moves: 'leaps' });
  }

  /** Resolves with the virtual time up to which the world may go on now. */
  async until(nowMs: number, nextMs: number): Promise<number> {
    this.#nowMs = nowMs;
    for (;;) {
      this.#signal.throwIfAborted();
      if (this.#isNudged) {
        this.#isNudged = false;
        return nowMs;
      }
      const { moves, speed } = this.#state;
      if (moves === 'steps' && this.#lines() === this.#linesBefore) return nextMs;
      if (moves === 'leaps' && nowMs < this.#leapToMs) return this.#leapToMs;
      if (moves === 'runs') {
        if (speed === 'most') return Number.POSITIVE_INFINITY;
        await this.#sleep(FRAME_MS);
        return nowMs + speed * FRAME_MS;
      }
      if (moves === 'steps' || moves === 'leaps') this.#go({ moves: 'stands' });
      await this.#sleep(undefined);
    }
  }

  #go(change: Partial<PaceState>): void {
    if (this.#state.moves === 'over') return;
    this.#state = { ...this.#state, ...change };
    this.#wake();
    this.#onChange();
  }

  #sleep(milliseconds: number | undefined): Promise<void> {
    return new Promise(resolve => {
      const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** A world that one seed replays, as the page sees it: its time is in the hand of a person, and so are faults at its places. */
import type { Act, ActOutcome, PageEvent, WorldClock } from '../../host-sim/page/protocol.js';
import type { Hand } from '../sim/hand.js';
import type { SimOptions, SimResult } from '../sim/run.js';
import { simulate } from '../sim/simulation.js';
import { Memory } from './memory.js';
import { Pace } from './pace.js';
import type { PageWorld } from './pageWorld.js';
import { WORLD_BEGINS_MS } from './seededLines.js';
import { SeededPast } from './seededPast.js';
import { SeededTouches } from './seededTouches.js';

/** Milliseconds of this machine between two words on the clock while time goes on. */
const TELL_MS = 100;

const BY_SEED = 'Its people act by the seed, and by nobody else.';

/** Events of the present of which a page that sees the past is told. */
const OF_THE_PRESENT: readonly PageEvent['kind'][] = ['world', 'clock', 'attempt'];

const levelOf = ({ faults }: SimOptions): 1 | 4 => (faults.includes('beacon') ? 4 : 1);

export interface SeededWorldOptions extends SimOptions {
  hand: Hand;
  /** The command line that makes this world again, as it was touched so far. */
  replay(): string;
}

export class SeededWorld implements PageWorld {
  readonly #options: SeededWorldOptions;
  readonly #memory = new Memory();
  readonly #past: SeededPast;
  readonly #listeners = new Set<(event: PageEvent) => void>();
  readonly #pace: Pace;
  readonly #touches: SeededTouches;
  #count = 0;
  #toldAt = 0;
  #ended: WorldClock['ended'];

  constructor(options: SeededWorldOptions) {
    this.#options = options;
    const level = levelOf(options);
    this.#touches = new SeededTouches(options, attempt => this.#memory.tell({ kind: 'attempt', attempt }));
    this.#past = new SeededPast(level);
    this.#memory.follow(event => {
      if (this.#past.seenMs === undefined || event.kind === 'clock') this.#send(event);
    });
    this.#pace = new Pace(() => this.#count, options.signal);
    this.#pace.onChange(() => this.#tellClock());
    options.hand.onMade = touch => {
      this.#touches.made(touch);
      this.#tellWorld();
    };
    this.#tellWorld();
    this.#tellClock();
  }

  /** The world as it is, or as it was at the time that is seen. */
  known = (): readonly PageEvent[] => {
    const [all, past] = [this.#memory.known(), this.#past.known()];
    return past ? [...all.filter(({ kind }) => OF_THE_PRESENT.includes(kind)), ...past] : all;
  };

  follow = (listener: (event: PageEvent) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Never rejects. */
  async act(act: Act): Promise<ActOutcome> {
    if (act.act === 'fault') return this.#touch(act);
    if (act.act !== 'skip' && act.act !== 'time') return { ok: false, says: BY_SEED };
    if (act.act === 'time' && this.#look(act)) return { ok: true, says: 'seen' };
    this.#see(past => past.leave());
    if (act.act === 'skip') this.#pace.leap(act.seconds);
    else if (act.move === 'run') this.#pace.run(act.speed ?? 60);
    else if (act.move === 'step') this.#pace.step();
    else this.#pace.stop();
    return { ok: true, says: this.#pace.state.moves };
  }

  /** The whole world, at the pace of whoever sees it. @throws what `simulate` throws */
  async run(): Promise<SimResult> {
    const result = await simulate({
      ...this.#options,
      pacing: this.#pace,
      onLine: line => {
        this.#options.onLine?.(line);
        this.#count++;
        for (const event of this.#past.add(line)) {
          this.#memory.tell(event);
          if (event.kind === 'decision') this.#touches.decided(event.decision);
        }
      },
      onProgress: () => {
        if (performance.now() - this.#toldAt > TELL_MS) this.#tellClock();
      },
    });
    const { findings, lines, logHash, ok } = result;
    const verdict = ok
      ? 'Every rule held, and everything linked is receipted.'
      : findings.map(({ rule, what }) => `${rule}: ${what}`).join('; ');
    this.#ended = { ok, verdict, lines, logHash };
    this.#touches.end(!ok);
    this.#tellWorld();
    this.#pace.end();
    return result;
  }

  /** Told once the world has been touched between two events, whether its time stands or runs. */
  async #touch({ count, fault, place }: Extract<Act, { act: 'fault' }>): Promise<ActOutcome> {
    const { hand } = this.#options;
    const wanted = this.#touches.touchOf(place, fault, count);
    if (!wanted) return { ok: false, says: 'There is no such fault in this world.' };
    if (this.#ended) return { ok: false, says: 'This world has ended.' };
    this.#see(past => past.leave());
    const touched = hand.touch(wanted);
    this.#pace.nudge();
    const refusal = await touched;
    return refusal === undefined
      ? { ok: true, says: fault === undefined ? `Well again: ${place}.` : `From now on ${place}: ${fault}.` }
      : { ok: false, says: `${place} cannot be touched: ${refusal}` };
  }

  #tellWorld(): void {
    const { faults, hand, hours, replay, seed } = this.#options;
    this.#memory.tell({
      kind: 'world',
      world: {
        ...{ kind: 'seeded', engine: 'node', level: levelOf(this.#options), chainId: 31337 },
        ...{ fleet: '', channel: '', directory: '' },
        seeded: {
          ...{ seed: `0x${seed.toString(16)}`, replay: replay(), hours, faults },
          touches: hand.made.length,
        },
        attacks: [],
        places: this.#touches.shown(),
        lacks: {
          command: `${BY_SEED} Its operators order by themselves.`,
          power: `${BY_SEED} What fails by hand is below.`,
        },
      },
    });
  }

  /** False for a move of the world itself. */
  #look({ atMs = 0, move }: Extract<Act, { act: 'time' }>): boolean {
    if (move === 'see') this.#see(past => past.see(atMs));
    else if (move === 'back' || move === 'on') this.#see(past => past.go(move));
    else if (move === 'present') this.#see(past => past.leave());
    else return false;
    return true;
  }

  /** Changes what is seen, and tells every page all of it. */
  #see(change: (past: SeededPast) => void): void {
    const before = this.#past.seenMs;
    change(this.#past);
    if (before === undefined && this.#past.seenMs === undefined) return;
    this.#send({ kind: 'anew' });
    this.#tellClock();
    for (const event of this.known()) this.#send(event);
  }

  #send(event: PageEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #tellClock(): void {
    this.#toldAt = performance.now();
    const { moves, nowMs, speed } = this.#pace.state;
    const [ended, seenMs] = [this.#ended, this.#past.seenMs];
    const at = WORLD_BEGINS_MS + (seenMs ?? nowMs);
    const clock = {
      ...{ at, sinceMs: nowMs, moves, speed },
      ...(seenMs !== undefined && { seenMs }),
      ...(ended && { ended }),
    };
    this.#memory.tell({ kind: 'clock', clock });
  }
}

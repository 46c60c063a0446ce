/** A run of `holdfast sim` from its log: it is over, and any moment of it can be seen. */
import type { Act, ActOutcome, PageEvent } from '../../host-sim/page/protocol.js';
import type { PageWorld } from './pageWorld.js';
import type { ReadLog } from './readLog.js';
import { WORLD_BEGINS_MS } from './seededLines.js';
import { SeededPast } from './seededPast.js';

const IS_OVER = 'This is the log of a run that is over: it can be seen, and nothing can be done to it.';

export class LogWorld implements PageWorld {
  readonly #log: ReadLog;
  readonly #name: string;
  readonly #past: SeededPast;
  readonly #listeners = new Set<(event: PageEvent) => void>();

  /** @param name of the file, for a person */
  constructor(log: ReadLog, name: string) {
    this.#log = log;
    this.#name = name;
    this.#past = new SeededPast(log.level);
    for (const line of log.lines) this.#past.add(line);
    this.#past.see(log.untilMs);
  }

  known = (): readonly PageEvent[] => [this.#world(), this.#clock(), ...(this.#past.known() ?? [])];

  follow = (listener: (event: PageEvent) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Never rejects. */
  async act(act: Act): Promise<ActOutcome> {
    if (act.act !== 'time') return { ok: false, says: IS_OVER };
    const { atMs = 0, move } = act;
    if (move === 'see') this.#past.see(atMs);
    else if (move === 'back' || move === 'on') this.#past.go(move);
    else if (move === 'present') this.#past.see(this.#log.untilMs);
    else return { ok: false, says: IS_OVER };
    for (const event of [{ kind: 'anew' } as const, ...this.known()])
      for (const listener of this.#listeners) listener(event);
    return { ok: true, says: 'seen' };
  }

  #clock(): PageEvent {
    const { untilMs } = this.#log;
    const seenMs = this.#past.seenMs ?? untilMs;
    const clock = {
      at: WORLD_BEGINS_MS + seenMs,
      sinceMs: untilMs,
      moves: 'over' as const,
      speed: 1,
      seenMs,
    };
    return { kind: 'clock', clock };
  }

  #world(): PageEvent {
    const { level, lines, sha256 } = this.#log;
    return {
      kind: 'world',
      world: {
        ...{ kind: 'seeded', engine: 'node', level, chainId: 31337, fleet: '', channel: '', directory: '' },
        opened: { name: this.#name, lines: lines.length, sha256 },
        ...{ attacks: [], places: [] },
        lacks: { command: IS_OVER, power: IS_OVER, faults: IS_OVER, attacks: IS_OVER },
      },
    };
  }
}

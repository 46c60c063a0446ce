/** Events of a world so far, bounded: a page that comes later gets them, one that is there gets each new one. */
import {
  type Board,
  type Decision,
  KEPT_MAX,
  type PageEvent,
  type World,
} from '../../host-sim/page/protocol.js';

const ATTEMPTS_MAX = 200;
const RECEIPTS_MAX = 200;

type Of<K extends PageEvent['kind']> = Extract<PageEvent, { kind: K }>;

/** The newest `maximum` of a list, the oldest first. */
function push<T>(list: T[], value: T, maximum: number): void {
  list.push(value);
  if (list.length > maximum) list.splice(0, list.length - maximum);
}

type Receipt = NonNullable<Decision['receipt']>;

/** A board's console has the first bytes of a hash alone. */
const isAbout = ({ receipt, subject }: Decision, hash: string): boolean =>
  receipt !== undefined && hash.startsWith(subject.replace(/…$/, ''));

/** Events of a world so far. */
export class Memory {
  readonly #listeners = new Set<(event: PageEvent) => void>();
  readonly #boards = new Map<string, Board>();
  readonly #receipts: { subject: string; receipt: Receipt }[] = [];
  readonly #attempts: Of<'attempt'>[] = [];
  readonly #readings: Of<'reading'>[] = [];
  readonly #lines: Of<'line'>[] = [];
  #decisions: Decision[] = [];
  #world: World | undefined;
  #channel: Of<'channel'> | undefined;
  #block: Of<'block'> | undefined;
  #clock: Of<'clock'> | undefined;

  known(): readonly PageEvent[] {
    return [
      ...(this.#world ? [{ kind: 'world', world: this.#world } as const] : []),
      ...[...this.#boards.values()].map(board => ({ kind: 'board', board }) as const),
      ...this.#decisions.map(decision => ({ kind: 'decision', decision }) as const),
      ...this.#attempts,
      ...this.#readings,
      ...this.#lines,
      ...(this.#channel ? [this.#channel] : []),
      ...(this.#block ? [this.#block] : []),
      ...(this.#clock ? [this.#clock] : []),
    ];
  }

  /** A memory of the same, which nobody follows. */
  copy(): Memory {
    const copy = new Memory();
    for (const [name, board] of this.#boards) copy.#boards.set(name, board);
    copy.#receipts.push(...this.#receipts);
    copy.#attempts.push(...this.#attempts);
    copy.#readings.push(...this.#readings);
    copy.#lines.push(...this.#lines);
    copy.#decisions = [...this.#decisions];
    [copy.#world, copy.#channel, copy.#block, copy.#clock] = [
      ...([this.#world, this.#channel, this.#block, this.#clock] as const),
    ];
    return copy;
  }

  follow(listener: (event: PageEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(event: PageEvent): void {
    this.#keep(event);
    for (const listener of this.#listeners) listener(event);
  }

  /** The newest accepted decision about that envelope or approval, with its receipt, which is kept for one that comes later. */
  receipted(subject: string, receipt: Receipt): Decision | undefined {
    push(this.#receipts, { subject, receipt }, RECEIPTS_MAX);
    const decision = this.#decisions.findLast(each => isAbout(each, subject));
    return decision && { ...decision, receipt };
  }

  /** A decision with the receipt that came before it, if one did. */
  withReceipt(decision: Decision): Decision {
    const known = this.#receipts.findLast(({ subject }) => isAbout(decision, subject));
    return known ? { ...decision, receipt: known.receipt } : decision;
  }

  #keep(event: PageEvent): void {
    if (event.kind === 'world') this.#world = event.world;
    else if (event.kind === 'board') this.#boards.set(event.board.name, event.board);
    else if (event.kind === 'channel') this.#channel = event;
    else if (event.kind === 'block') this.#block = event;
    else if (event.kind === 'clock') this.#clock = event;
    else if (event.kind === 'reading') push(this.#readings, event, KEPT_MAX.readings);
    else if (event.kind === 'line') push(this.#lines, event, KEPT_MAX.lines);
    else if (event.kind === 'attempt') {
      const { at, name } = event.attempt;
      const known = this.#attempts.findIndex(({ attempt }) => attempt.at === at && attempt.name === name);
      if (known >= 0) this.#attempts[known] = event;
      else push(this.#attempts, event, ATTEMPTS_MAX);
    } else if (event.kind === 'decision') {
      const { decision } = event;
      const known = this.#decisions.findIndex(({ id }) => id === decision.id);
      if (known >= 0) this.#decisions = this.#decisions.with(known, decision);
      else push(this.#decisions, decision, KEPT_MAX.decisions);
    }
  }
}

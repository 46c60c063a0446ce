/** The log of a seeded world, line by line, as events of the page. */
import { ConsoleDecisions } from '../../host-sim/page/consoleDecisions.js';
import type { Board, PageEvent } from '../../host-sim/page/protocol.js';
import { ranWith } from '../../host-sim/page/ran.js';
import { explained } from './explained.js';

/** Midnight of a day of its own, on which each seeded world begins; only the time since then means anything. */
export const WORLD_BEGINS_MS = Date.UTC(2000, 0, 1);

/** ISO time of a moment of a world, given in milliseconds since it began. */
export const isoOf = (atMs: number): string => new Date(WORLD_BEGINS_MS + atMs).toISOString();

/** Envelopes of a board that are waited for: a world has far fewer, a log from anywhere may claim more. */
const WAITING_MAX = 1000;

interface Member {
  board: Board;
  decisions: ConsoleDecisions;
  /** Of its newest decision: the board's own number, and the page's. A decision is told over lines that follow each other. */
  numbers: { own: number; page: number };
  /** Envelopes that are linked and have no receipt yet. */
  waiting: Set<string>;
}

/** Reads the lines of one world, in order. */
export class SeededLines {
  readonly #members = new Map<string, Member>();
  readonly #level: 1 | 4;
  #lastDecision = 0;

  /** @param level the header trust of its boards */
  constructor(level: 1 | 4) {
    this.#level = level;
  }

  /** A reader that stands where this one does, and goes its own way. */
  copy(): SeededLines {
    const copy = new SeededLines(this.#level);
    copy.#lastDecision = this.#lastDecision;
    for (const [name, { board, decisions, numbers, waiting }] of this.#members)
      copy.#members.set(name, {
        ...{ board, decisions: decisions.copy(), numbers },
        waiting: new Set(waiting),
      });
    return copy;
  }

  /** The events of a line such as `1234 board-1 loses power`. */
  take(line: string): PageEvent[] {
    const [, time = '0', actor = '', what = ''] = /^(\d+) (\S+) (.*)$/s.exec(line) ?? [];
    const atMs = Number(time);
    const events: PageEvent[] = [];
    if (/^board-\d+$/.test(actor)) events.push(...this.#ofBoard(actor, what, atMs));
    else if (actor.startsWith('operator-of-')) events.push(...this.#ofOperator(actor, what));
    else if (actor === 'guardian' || actor === 'owner') events.push(...this.#ofPeople(what));
    const block = actor === 'chain' ? /^block (\d+) /.exec(what) : undefined;
    if (block) return [{ kind: 'block', number: Number(block[1]), time: atMs / 1000 }];
    return [...events, { kind: 'line', board: actor, text: `${clockOf(atMs)} ${actor} ${what}` }];
  }

  #ofBoard(name: string, what: string, atMs: number): PageEvent[] {
    const member = this.#members.get(name) ?? this.#newMember(name);
    if (what.startsWith('│ ')) return this.#said(member, what.slice(2), atMs);
    const receipt = /^receipts (\d+) \S+ (0x\S+)$/.exec(what);
    if (receipt) return this.#change(member, receiptOf(member, Number(receipt[1]), receipt[2]));
    const change = changeOf(what, member.board, this.#level);
    const ran = ranWith(member.board.ran ?? [], change?.version, isoOf(atMs));
    return this.#change(member, change && { ...change, ran });
  }

  /** An order is linked when the chain did not refuse it. */
  #ofOperator(actor: string, what: string): PageEvent[] {
    const member = this.#members.get(actor.replace('operator-of-', ''));
    const [, ordered, refused] =
      /^(?:orders mark \d+: (0x\S+)|is refused the link of (0x\S+))$/.exec(what) ?? [];
    const linked = member?.board.linked ?? 0;
    if (!member || (!ordered && !refused)) return [];
    if (ordered && member.waiting.size < WAITING_MAX) member.waiting.add(ordered);
    else if (!member.waiting.delete(refused)) return [];
    return this.#change(member, { linked: linked + (ordered ? 1 : -1) });
  }

  #ofPeople(what: string): PageEvent[] {
    const paused = what === 'has paused the fleet' ? true : what === 'ends the pause' ? false : undefined;
    if (paused !== undefined)
      return [...this.#members.values()].flatMap(member => this.#change(member, { paused }));
    const [, how, name] = /^(has suspended|reports that somebody stole|lets) (board-\d+)/.exec(what) ?? [];
    const member = this.#members.get(name ?? '');
    return member ? this.#change(member, { lifecycle: LIFECYCLES[how] }) : [];
  }

  #change(member: Member, change: Partial<Board> | undefined): PageEvent[] {
    if (!change) return [];
    member.board = { ...member.board, ...change };
    return [{ kind: 'board', board: member.board }];
  }

  #said(member: Member, text: string, atMs: number): PageEvent[] {
    const events: PageEvent[] = [];
    const at = isoOf(atMs);
    if (member.board.seen !== at) {
      member.board = { ...member.board, seen: at };
      events.push({ kind: 'board', board: member.board });
    }
    const decision = member.decisions.take(text, at);
    if (!decision) return events;
    if (member.numbers.own !== decision.id) member.numbers = { own: decision.id, page: ++this.#lastDecision };
    return [...events, { kind: 'decision', decision: { ...decision, id: member.numbers.page } }];
  }

  #newMember(name: string): Member {
    const board: Board = { name, device: '', power: 'off', starts: 0, actions: [], pins: {} };
    const member: Member = {
      ...{ board, decisions: new ConsoleDecisions(name, explained) },
      ...{ numbers: { own: 0, page: 0 }, waiting: new Set<string>() },
    };
    this.#members.set(name, member);
    return member;
  }
}

/** The chain's word after what people did to a board. */
const LIFECYCLES: Readonly<Record<string, string>> = {
  'has suspended': 'Suspended',
  'reports that somebody stole': 'Stolen',
  lets: 'Active',
};

function receiptOf({ board, waiting }: Member, receipts: number, envelope: string): Partial<Board> {
  const consumed = waiting.delete(envelope) ? 1 : 0;
  return { receipts: Math.max(receipts, board.receipts ?? 0), sequence: (board.sequence ?? 0) + consumed };
}

/** The way in which a board is another by what happened to it. */
function changeOf(what: string, { starts }: Board, level: 1 | 4): Partial<Board> | undefined {
  const started = /^starts version (\d+) /.exec(what);
  if (started) return { power: 'on', starts: starts + 1, version: Number(started[1]) };
  if (/^(loses power|restarts|fault|has nothing to start)/.test(what)) return { power: 'off' };
  const device = /^is active as (0x[0-9a-fA-F]{40})$/.exec(what);
  if (device) return { device: device[1], lifecycle: 'Active', sequence: 0, linked: 0, level };
  const mark = /^runs mark (\d+)$/.exec(what);
  return mark ? { state: { 'last mark': Number(mark[1]) } } : undefined;
}

/** `1 h 02:03.004`, since the world began. */
function clockOf(atMs: number): string {
  const [hours, minutes] = [Math.floor(atMs / 3_600_000), Math.floor(atMs / 60_000) % 60];
  const seconds = ((atMs % 60_000) / 1000).toFixed(3).padStart(6, '0');
  return `${hours} h ${`${minutes}`.padStart(2, '0')}:${seconds}`;
}

/** The order of a production line: boards of a list at one or several ports, one after another at each; one that fails is skipped. */
import { setTimeout as sleep } from 'node:timers/promises';
import { toFailure } from '../cli/failure.js';
import type { ListedBoard } from './list.js';
import type { MadeBoard } from './makeBoard.js';

export interface LineOptions {
  /** Those that are still to be made. */
  boards: readonly ListedBoard[];
  /** The ports of boards to which the list gives none. */
  ports: readonly string[];
  /** Makes one; gives undefined where `isNext` was false of a mark of the board. */
  make(board: ListedBoard, port: string, isNext: (mark: string) => boolean): Promise<MadeBoard | undefined>;
  /** Told as each board ends. */
  onOutcome(outcome: LineOutcome): void;
  note(line: string): void;
  /** Milliseconds that the next board may take to come to a port, and between two looks for it. */
  waitMs: number;
  lookMs?: number;
  signal: AbortSignal;
}

export type LineOutcome = { board: ListedBoard; port: string; seconds: number } & (
  | { made: MadeBoard }
  | { failure: { code: string; message: string } }
);

export interface LineResult {
  outcomes: LineOutcome[];
  /** Boards that came to no port, with the reason where one is known. */
  unreached: { board: ListedBoard; reason: string }[];
}

const LOOK_MS = 1000;
/** Answers of a port, not of a board on it. */
const NO_BOARD = 'port_absent';
const NO_PORT: readonly string[] = ['port_busy', 'port_denied', 'port'];

/** Makes the boards. A failure of one is an outcome; thrown is what `signal` was aborted with. */
export async function runLine(options: LineOptions): Promise<LineResult> {
  const { boards, ports } = options;
  const shared = boards.filter(({ port }) => port === undefined);
  const places = new Set([...ports, ...boards.flatMap(({ port }) => port ?? [])]);
  const result: LineResult = { outcomes: [], unreached: [] };
  const reasons = new Map<string, string>();
  const left = new Map([...places].map(port => [port, boards.filter(board => board.port === port)]));
  const work = [...places].map(async port => {
    const own = left.get(port)!;
    const queue = ports.includes(port) ? [own, shared] : [own];
    const reason = await workAt(port, queue, options, result);
    if (reason !== undefined) reasons.set(port, reason);
  });
  const ends = await Promise.allSettled(work);
  options.signal.throwIfAborted();
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  for (const [port, own] of left)
    for (const board of own) result.unreached.push({ board, reason: reasons.get(port) ?? '' });
  for (const board of shared) result.unreached.push({ board, reason: [...reasons.values()].join(' ') });
  return result;
}

/** Marks of the board that was at a port last; none: it never said who it is. */
type Last = ReadonlySet<string> | undefined;

/** Works through the queues at one port; gives the reason where it ended before them. */
async function workAt(
  port: string,
  queues: readonly ListedBoard[][],
  options: LineOptions,
  { outcomes }: LineResult,
): Promise<string | undefined> {
  let last: Last;
  for (;;) {
    const queue = queues.find(({ length }) => length > 0);
    if (!queue) return undefined;
    const board = queue.shift()!;
    const found = await oneAt(port, board, last, options);
    if ('ended' in found) {
      queue.unshift(board);
      return found.ended;
    }
    last = found.marks;
    outcomes.push(found.outcome);
    options.onOutcome(found.outcome);
  }
}

/** Waits for a board at the port that is not the last one, and makes it. */
async function oneAt(
  port: string,
  board: ListedBoard,
  before: Last,
  { lookMs = LOOK_MS, make, note, signal, waitMs }: LineOptions,
): Promise<{ outcome: LineOutcome; marks: Last } | { ended: string }> {
  let last = before;
  const until = performance.now() + waitMs;
  for (let looks = 0; ; looks++) {
    signal.throwIfAborted();
    const marks = new Set<string>();
    const isNext = (mark: string) => {
      marks.add(mark);
      return !last?.has(mark);
    };
    const begun = performance.now();
    const outcome = (what: { made: MadeBoard } | { failure: { code: string; message: string } }) => ({
      outcome: { board, port, seconds: (performance.now() - begun) / 1000, ...what },
      marks,
    });
    try {
      const made = await make(board, port, isNext);
      if (made) return outcome({ made });
    } catch (error) {
      signal.throwIfAborted();
      const { code, message } = toFailure(error);
      if (NO_PORT.includes(code)) return { ended: message };
      // A board that is silent cannot be told from the silent one before it, unless the line was away.
      const isSilentOne = marks.size === 0 && last?.size === 0;
      if (code === NO_BOARD) last = undefined;
      else if (!isSilentOne) return outcome({ failure: { code, message } });
    }
    if (performance.now() > until)
      return { ended: `No other board came to ${port} in ${Math.round(waitMs / 1000)} s.` };
    if (looks === 0) note(`${port}: waits for the board that is to be ${board.serialNumber}.`);
    await sleep(lookMs, undefined, { signal });
  }
}

/** A log of a seeded world, from a file that anybody may have written: each length has its limit. */
import { createHash } from 'node:crypto';
import { decodeText } from '../../firmware/bytes/text.js';

/** Bytes of a log, its lines, characters of one, boards in it, hours of its world: those of `holdfast sim`. */
export const LOG_BYTES_MAX = 64 * 1024 * 1024;
const LINES_MAX = 300_000;
const LINE_CHARACTERS_MAX = 8000;
const BOARDS_MAX = 100;
const AT_MS_MAX = 2000 * 3_600_000;

const LINE = /^(\d{1,10}) (\S{1,60}) (.*)$/s;
const BOARD = /^(?:operator-of-)?board-\d+$/;

export interface ReadLog {
  lines: readonly string[];
  /** Milliseconds of the last line. */
  untilMs: number;
  /** Of the file: that of the run, which `holdfast sim` printed, where nobody changed it. */
  sha256: string;
  level: 1 | 4;
}

/** @returns the reason, as a sentence, for a file that is no such log */
export function readLog(bytes: Uint8Array): ReadLog | string {
  if (bytes.length > LOG_BYTES_MAX) return `A log has ${LOG_BYTES_MAX} bytes at most.`;
  const text = decodeText(bytes);
  if (text === undefined) return 'This is no log: it is no text.';
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) return 'This is no log: nothing is in it.';
  if (lines.length > LINES_MAX) return `A log has ${LINES_MAX} lines at most.`;
  const boards = new Set<string>();
  let untilMs = 0;
  for (const [at, line] of lines.entries()) {
    const where = `Line ${at + 1} is of no log`;
    if (line.length > LINE_CHARACTERS_MAX)
      return `${where}: it has more than ${LINE_CHARACTERS_MAX} characters.`;
    const [, time, actor] = LINE.exec(line) ?? [];
    if (time === undefined) return `${where}: it does not begin with a time in milliseconds and a name.`;
    if (Number(time) < untilMs || Number(time) > AT_MS_MAX)
      return `${where}: its time goes back, or is too late.`;
    untilMs = Number(time);
    if (BOARD.test(actor)) boards.add(actor.replace('operator-of-', ''));
    if (boards.size > BOARDS_MAX) return `A log is of ${BOARDS_MAX} boards at most.`;
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { lines, untilMs, sha256, level: /\n\d+ board-\d+ │ \[\S+ L4\] /.test(text) ? 4 : 1 };
}

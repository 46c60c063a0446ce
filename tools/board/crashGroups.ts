/** Crashes of many boards, grouped by image, reason and the frame on top. */
import { toHex } from '../../firmware/bytes/hex.js';
import { crashWords, newestReceipts } from '../operator/crash.js';
import type { KeptCrash } from './crashLog.js';

/** Crashes that have one cause, as far as image, reason and top frame tell. */
export interface CrashGroup {
  /** SHA-256 of the image, 0x and 64 digits. */
  image: string;
  reason: string;
  /** The author's line, the function where the engine carries no lines, or the message where there is no stack. */
  top: string;
  message: string;
  /** The stack of the newest of them, the innermost frame first. */
  trace: string[];
  count: number;
  /** By board: how often. */
  boards: Record<string, number>;
}

/** A frame in the author's words, and whether it is the author's own; what is not known is left as it is. */
export type ReadFrame = (frame: string) => { text: string; isAuthors: boolean };

/** The grouped crashes, and how many the boards counted and nobody has. */
export interface CrashSummary {
  groups: CrashGroup[];
  crashes: number;
  missing: number;
}

/** Groups crashes, the most frequent first. A receipt that came again, or counts more by now, counts once. */
export function groupCrashes(
  crashes: readonly KeptCrash[],
  framesOf: (image: string) => ReadFrame,
): CrashSummary {
  const groups = new Map<string, CrashGroup>();
  const newest = newestReceipts(crashes);
  for (const crash of newest) {
    const image = toHex(crash.imageHash);
    const { lines, message, reason } = crashWords(crash);
    const frames = lines.filter((line, i) => line !== lines[i - 1]).map(framesOf(image));
    const top = (frames.find(({ isAuthors }) => isAuthors) ?? frames[0])?.text ?? message;
    const key = JSON.stringify([image, reason, top]);
    const group = groups.get(key) ?? { image, reason, top, message, trace: [], count: 0, boards: {} };
    group.message = message;
    group.trace = frames.map(({ text }) => text);
    group.count += crash.count;
    group.boards[crash.device] = (group.boards[crash.device] ?? 0) + crash.count;
    groups.set(key, group);
  }
  return {
    groups: [...groups.values()].sort((a, b) => b.count - a.count),
    crashes: newest.reduce((sum, { count }) => sum + count, 0),
    missing: missingOf(newest),
  };
}

/** Numbers before a board's greatest that none of its receipts covers. */
function missingOf(crashes: readonly KeptCrash[]): number {
  let missing = 0;
  for (const device of new Set(crashes.map(crash => crash.device))) {
    let next = 1;
    for (const { count, number } of crashes
      .filter(crash => crash.device === device)
      .sort((a, b) => a.number - b.number)) {
      missing += Math.max(0, number - next);
      next = Math.max(next, number + count);
    }
  }
  return missing;
}

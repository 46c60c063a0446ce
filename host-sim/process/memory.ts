/** Memory of a board in XS, asked while it runs. */
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { patient } from '../node/patience.js';

/** Bytes, those of slots as they are on the board's machine: on a chip a slot has half the size. */
export interface BoardMemory {
  /** After a collection. */
  live: number;
  /** The same where a slot has 16 bytes, as on a chip; pointers in chunks still count as they are here. */
  liveOnChip: number;
  /** Of the heap, claimed at any time since the board started. */
  claimed: number;
  heap: number;
}

interface Report {
  heap: number;
  unclaimed: number;
  slotSize: number;
  liveChunks: number;
  liveSlots: number;
}

const CHIP_SLOT_BYTES = 16;

/** Milliseconds between two looks whether the report is there, and the longest wait for it. */
const LOOK_EVERY_MS = 20;
const PATIENCE_MS = 20_000;

/**
 * The memory of the process `pid`, a board in XS that writes its report to `file` (XsEngine.report).
 * @throws Error when it writes none, or no process runs (pid 0)
 */
export async function boardMemory(pid: number, file: string): Promise<BoardMemory> {
  if (pid === 0) throw new Error('the board does not run now');
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR1');
  for (let waited = 0; waited < patient(PATIENCE_MS); waited += LOOK_EVERY_MS) {
    await setTimeout(LOOK_EVERY_MS);
    const report = read(file);
    if (!report) continue;
    const { heap, liveChunks, liveSlots, slotSize, unclaimed } = report;
    return {
      heap,
      claimed: heap - unclaimed,
      live: liveChunks + liveSlots * slotSize,
      liveOnChip: liveChunks + liveSlots * CHIP_SLOT_BYTES,
    };
  }
  throw new Error(`the board wrote no report of its memory to ${file}`);
}

/** Undefined until all of it is there. */
function read(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}

/**
 * Bytes that the process `pid` has for itself: written to, and shared with no other process. The kernel's account of
 * it, so on Linux alone; undefined elsewhere, and when no such process runs.
 */
export function ownMemory(pid: number): number | undefined {
  try {
    const [, kilobytes] = /^Private_Dirty:\s+(\d+) kB$/m.exec(
      readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'),
    )!;
    return Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

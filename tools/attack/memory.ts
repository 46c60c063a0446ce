/** The largest memory of a board, as far as its engine tells it. */
import { readFileSync } from 'node:fs';
import { boardMemory } from '../../host-sim/process/memory.js';
import type { Setting } from '../demo/setting.js';

export interface LargestMemory {
  /** Bytes. Undefined when the engine told nothing. */
  bytes?: number;
  /** The thing that is counted, in words. */
  what: string;
  /** Bytes that live after a collection, where the engine tells them. */
  liveBytes?: number;
  /** Bytes that there are, where the engine has a limit. */
  limitBytes?: number;
}

/** A look at the memory that is in use now; gives the largest of all looks. */
export type MemoryProbe = () => Promise<LargestMemory>;

/** @param report the file that a board in XS, or on the emulated board, writes its figures to */
export function memoryProbe({ board, engine }: Setting, report: string): MemoryProbe {
  if (engine === 'xs') return xsProbe(board, report);
  if (engine === 'rv32') return rv32Probe(report);
  return nodeProbe(board);
}

function xsProbe(board: Setting['board'], report: string): MemoryProbe {
  const largest: LargestMemory = { what: 'heap that was claimed at any time' };
  return async () => {
    // The signal would end a board that has only begun to start.
    const told = board.hello && (await boardMemory(board.pid, report).catch(() => undefined));
    if (told) {
      largest.bytes = Math.max(largest.bytes ?? 0, told.claimed);
      largest.liveBytes = Math.max(largest.liveBytes ?? 0, told.live);
      largest.limitBytes = told.heap;
    }
    return largest;
  };
}

interface Rv32Report {
  heap: number;
  unclaimed: number;
}

/** Such a board writes its report when a run ends by itself: at an update, or by a fault. */
function rv32Probe(report: string): MemoryProbe {
  const largest: LargestMemory = { what: 'heap that was claimed, of runs that ended by themselves' };
  return async () => {
    try {
      const { heap, unclaimed } = JSON.parse(readFileSync(report, 'utf8')) as Rv32Report;
      largest.bytes = Math.max(largest.bytes ?? 0, heap - unclaimed);
      largest.limitBytes = heap;
    } catch {
      // None has ended yet.
    }
    return largest;
  };
}

function nodeProbe(board: Setting['board']): MemoryProbe {
  const largest: LargestMemory = { what: 'resident memory of the process' };
  return async () => {
    try {
      const status = readFileSync(`/proc/${board.pid}/status`, 'utf8');
      const peak = Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1]) * 1024;
      if (peak > 0) largest.bytes = Math.max(largest.bytes ?? 0, peak);
    } catch {
      // Not on Linux, or the board is off.
    }
    return largest;
  };
}

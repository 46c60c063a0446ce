/**
 * The count of failures that a bootloader decides by (firmware/update/bootDecision.ts). A chip has it in memory that a
 * restart leaves alone and a power-on clears; here whoever restarts a board keeps it.
 */
import type { Boot } from '../../../firmware/port/board.js';
import { STEADY_MS } from '../../../firmware/update/bootDecision.js';

/** Failures in a row of the image in a slot. */
export interface FailureRow {
  slot: string;
  count: number;
}

/** As after a power-on. */
export const noFailures: FailureRow = { slot: '', count: 0 };

/** A run of an image that ended without the power failing. */
export interface EndedRun {
  /** Both missing where it ended before it said so. */
  slot?: string;
  state?: Boot['running']['state'];
  /** It ended by a fault or the watchdog, not as it wished. */
  failed: boolean;
  ranMs: number;
}

/**
 * The row after one more run. A new image that fails on trial counts too, since its holder does not see it confirm: where
 * it did not, the other slot starts, and its row begins anew.
 */
export function rowAfter(row: FailureRow, { failed, ranMs, slot = row.slot, state }: EndedRun): FailureRow {
  if (!failed) return { slot, count: 0 };
  const isInRow = slot === row.slot && (state === 'recovery' || ranMs < STEADY_MS);
  return { slot, count: (isInRow ? row.count : 0) + 1 };
}

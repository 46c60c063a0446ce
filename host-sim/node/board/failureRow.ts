/**
 * The count of failures that a bootloader decides by (firmware/update/bootDecision.ts). A chip has it in memory that a
 * restart leaves alone and a power-on clears; here whoever restarts a board keeps it.
 */
import type { Boot } from '../../../firmware/port/board.js';
import { STEADY_MS } from '../../../firmware/update/bootDecision.js';

/** Ends that a run cannot record itself: its watchdog bit, or its processor trapped (a simulated board was killed). */
export type SilentEnd = 'watchdog' | 'processor';

/** Failures in a row of the image in a slot. */
export interface FailureRow {
  slot: string;
  count: number;
  /** The way in which the run before ended, where that run could not record it: the next one does. */
  silent?: SilentEnd;
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
  silent?: SilentEnd;
  ranMs: number;
}

/**
 * The row after one more run. A new image that fails on trial counts too, since its holder does not see it confirm: where
 * it did not, the other slot starts, and its row begins anew.
 */
export function rowAfter(row: FailureRow, run: EndedRun): FailureRow {
  const { failed, ranMs, silent, slot = row.slot, state } = run;
  if (!failed) return { slot, count: 0 };
  const isInRow = slot === row.slot && (state === 'recovery' || ranMs < STEADY_MS);
  return { slot, count: (isInRow ? row.count : 0) + 1, ...(silent && { silent }) };
}

/**
 * The end of the run before, as a board's process is told it.
 * @throws Error unless the text is WHY:SLOT
 */
export function parseSilentEnd(text: string | undefined): { silent: SilentEnd; slot: 'A' | 'B' } | undefined {
  if (text === undefined) return undefined;
  const [silent, slot, ...rest] = text.split(':');
  const isEnd = silent === 'watchdog' || silent === 'processor';
  if (isEnd && (slot === 'A' || slot === 'B') && rest.length === 0) return { silent, slot };
  throw new Error('--ended takes watchdog or processor, and the slot: watchdog:A');
}

/**
 * The decision which slot starts, as one pure function. The bootloaders of simulated boards ask it, the emulated board has
 * it in C (esp32/native/bootDecision.c), and the README of this folder tells how ESP-IDF's bootloader and the chip's own
 * code come to the same. One table of cases (test/firmware/update/bootTable.ts) holds them together.
 *
 * The floor needs no fact of its own: an image below it has lost its header before the floor is counted up (settle.ts),
 * so that it is not whole. Nothing here counts a floor, whatever is interrupted (compare MCUboot's #2282).
 */

import type { SlotMark } from '../port/board.js';

/** Resets in a row by fault or watchdog after which a confirmed image is left. */
export const FAILURES_MAX = 3;

/**
 * A start that stayed up so long ends the row. Long enough for an update, which is what a board that fails now and then
 * is to wait for.
 */
export const STEADY_MS = 600_000;

/** All that the decision rests on. */
export interface BootFacts {
  /** The active slot holds a whole image. */
  readonly active: boolean;
  /** The other slot holds, whole, the image that its mark is about. */
  readonly other: boolean;
  readonly mark: SlotMark;
  /**
   * Resets in a row by fault or watchdog, of the active image since it last stayed up, or restarted as it wished. A
   * power-on is 0: whoever cuts the power must not bring an older image back.
   */
  readonly failures: number;
}

/** The image that starts, as what, and the boot record from then on. */
export interface BootDecision {
  start: 'active' | 'other' | 'nothing';
  /** `recovery`: without its app. */
  as: 'pending' | 'confirmed' | 'recovery';
  /** True when the other slot becomes the active one. */
  swaps: boolean;
  /** Of the slot that is not active then. */
  mark: SlotMark;
}

/** Decides. A fact that has no say is not read, so that it may be costly. */
export function decideBoot(facts: BootFacts): BootDecision {
  const { mark } = facts;
  if (mark === 'new' && facts.other) return { start: 'other', as: 'pending', swaps: false, mark: 'tried' };
  const left = mark === 'new' || mark === 'tried' ? 'none' : mark;
  if (!facts.active) {
    if (left === 'none' || !facts.other) {
      return { start: 'nothing', as: 'confirmed', swaps: false, mark: left };
    }
    return { start: 'other', as: 'confirmed', swaps: true, mark: 'none' };
  }
  if (facts.failures < FAILURES_MAX) return { start: 'active', as: 'confirmed', swaps: false, mark: left };
  if (left === 'confirmed' && facts.other) {
    return { start: 'other', as: 'confirmed', swaps: true, mark: 'failed' };
  }
  return { start: 'active', as: 'recovery', swaps: false, mark: left };
}

/**
 * Every way two slots can be, as rows of a table: what a bootloader finds, and what it does. The decision in TypeScript,
 * that in C and the README of firmware/update are held against it; each state is in exactly one row.
 */
import type { SlotMark } from '../../../firmware/port/board.js';
import { type BootDecision, type BootFacts, FAILURES_MAX } from '../../../firmware/update/bootDecision.js';

/** A row; a fact that it leaves out has no say. */
export interface BootRow {
  marks: readonly SlotMark[];
  active?: boolean;
  other?: boolean;
  /** True for `FAILURES_MAX` in a row. */
  failed?: boolean;
  decided: BootDecision;
  /** As the README has it: found, and done. */
  words: readonly [string, string];
}

const ALL: readonly SlotMark[] = ['none', 'new', 'tried', 'confirmed', 'failed'];
const running = { start: 'active', as: 'confirmed', swaps: false } as const;

export const bootTable: readonly BootRow[] = [
  {
    marks: ['new'],
    other: true,
    decided: { start: 'other', as: 'pending', swaps: false, mark: 'tried' },
    words: ['a new image is whole', 'it starts, once, as pending, and is marked as tried before it runs'],
  },
  {
    marks: ['new'],
    other: false,
    active: true,
    failed: false,
    decided: { ...running, mark: 'none' },
    words: ['a new image is not whole', 'the active one starts'],
  },
  {
    marks: ['tried'],
    active: true,
    failed: false,
    decided: { ...running, mark: 'none' },
    words: ['a new image was started and did not confirm', 'rolled back: the active one starts'],
  },
  ...(['none', 'confirmed', 'failed'] as const).map(
    (mark): BootRow => ({
      marks: [mark],
      active: true,
      failed: false,
      decided: { ...running, mark },
      words: ['the active image is whole, and has not failed three times in a row', 'it starts'],
    }),
  ),
  {
    marks: ['confirmed'],
    active: true,
    other: true,
    failed: true,
    decided: { start: 'other', as: 'confirmed', swaps: true, mark: 'failed' },
    words: [
      'the active image failed three times in a row, the one before it was confirmed and is whole',
      'the one before it starts, and is active from then on; the other is marked as failed',
    ],
  },
  {
    marks: ['confirmed'],
    active: true,
    other: false,
    failed: true,
    decided: { start: 'active', as: 'recovery', swaps: false, mark: 'confirmed' },
    words: [
      'the active image failed three times in a row, the one before it is gone',
      'recovery: it starts without its app',
    ],
  },
  {
    marks: ['none', 'tried'],
    active: true,
    failed: true,
    decided: { start: 'active', as: 'recovery', swaps: false, mark: 'none' },
    words: [
      'the active image failed three times in a row, and there was none before it',
      'recovery: it starts without its app',
    ],
  },
  {
    marks: ['new'],
    active: true,
    other: false,
    failed: true,
    decided: { start: 'active', as: 'recovery', swaps: false, mark: 'none' },
    words: [
      'the active image failed three times in a row, and there was none before it',
      'recovery: it starts without its app',
    ],
  },
  {
    marks: ['failed'],
    active: true,
    failed: true,
    decided: { start: 'active', as: 'recovery', swaps: false, mark: 'failed' },
    words: ['both images failed three times in a row', 'recovery: the active one starts without its app'],
  },
  {
    marks: ['confirmed', 'failed'],
    active: false,
    other: true,
    decided: { start: 'other', as: 'confirmed', swaps: true, mark: 'none' },
    words: [
      'the active image is not whole, the other is and was confirmed once',
      'the other starts, and is active from then on',
    ],
  },
  {
    marks: ['none', 'tried'],
    active: false,
    decided: { start: 'nothing', as: 'confirmed', swaps: false, mark: 'none' },
    words: [
      'no slot has a whole image that was ever confirmed or set to start',
      'nothing starts: it has to be flashed',
    ],
  },
  {
    marks: ['new'],
    active: false,
    other: false,
    decided: { start: 'nothing', as: 'confirmed', swaps: false, mark: 'none' },
    words: [
      'no slot has a whole image that was ever confirmed or set to start',
      'nothing starts: it has to be flashed',
    ],
  },
  ...(['confirmed', 'failed'] as const).map(
    (mark): BootRow => ({
      marks: [mark],
      active: false,
      other: false,
      decided: { start: 'nothing', as: 'confirmed', swaps: false, mark },
      words: [
        'no slot has a whole image that was ever confirmed or set to start',
        'nothing starts: it has to be flashed',
      ],
    }),
  ),
];

/** Failures in a row that are told apart, and more of them. */
const failures = [...Array(FAILURES_MAX + 1).keys(), FAILURES_MAX + 7];

/** All states, each once. */
export const bootStates: readonly BootFacts[] = ALL.flatMap(mark =>
  [true, false].flatMap(active =>
    [true, false].flatMap(other => failures.map(count => ({ mark, active, other, failures: count }))),
  ),
);

/** The rows that a state is in. */
export const rowsOf = (facts: BootFacts): BootRow[] =>
  bootTable.filter(
    row =>
      row.marks.includes(facts.mark) &&
      (row.active ?? facts.active) === facts.active &&
      (row.other ?? facts.other) === facts.other &&
      (row.failed ?? facts.failures >= FAILURES_MAX) === facts.failures >= FAILURES_MAX,
  );

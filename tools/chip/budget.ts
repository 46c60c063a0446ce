/**
 * The budgets of a chip's flash, in bytes: what is aimed at, and what is held; one goes up only with a
 * reason in the commit.
 *
 * `chip.image` is an application for an ESP32-C3 without the library of Wi-Fi, for which `reserved` is added where it is
 * linked: an estimate. Budget and reserve together are what a slot of 4 MB takes. `chip.mcxs` is the object of the
 * linked modules for rv32imc at -Os, `chip.bundle` the text that the firmware comes to before it is compiled. Of
 * `chip.mcxs` the SDK itself takes 81,440 with no firmware at all.
 */

export interface Budget {
  goal?: number;
  budget: number;
  reserved?: number;
}

export type BudgetName = 'chip.image' | 'chip.mcxs' | 'chip.bundle';

const limits: Readonly<Record<BudgetName, Budget>> = {
  'chip.image': { goal: 1_400_000, budget: 1_400_912, reserved: 430_000 },
  'chip.mcxs': { goal: 491_520, budget: 640_000 },
  'chip.bundle': { budget: 317_200 },
};

/** The limits of one figure, in bytes. */
export const budgetOf = (name: BudgetName): Budget => limits[name];

/** One line for people: the figure beside its limits. */
export function budgetLine(name: BudgetName, bytes: number, withReserve = false): string {
  const { budget, goal, reserved = 0 } = budgetOf(name);
  const more = withReserve ? reserved : 0;
  const wanted =
    goal === undefined ? '' : `, at most ${goal + more} wanted: ${bytes <= goal + more ? 'met' : 'MISSED'}`;
  const note =
    more > 0 ? ` (${reserved} of them for the library of Wi-Fi, an estimate: less without it inside)` : '';
  const held = bytes <= budget + more ? '' : `; ABOVE THE BUDGET of ${budget + more}`;
  return `${name}: ${bytes} bytes${wanted}${note}${held}`;
}

/** The part of a slot that an image takes, in per cent, rounded up: 100 is full. */
export const percentOf = (bytes: number, room: number): number => Math.ceil((bytes * 100) / room);

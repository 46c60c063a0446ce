/**
 * Faults and events of a world: power of a board fails, between two events or within a flash operation, and bits of a
 * download rot; its or its operator's connections, reach and speed, with `garble` the bytes that they read; the fleet
 * is paused; releases come out, good ones and others; the first image server lies; a forger speaks at the broker; one
 * endpoint lies, another is in trouble; two endpoints of three lag together; a board is suspended or reported stolen;
 * an owner begins a newer epoch; somebody has a commander's key; an operator orders what boards must refuse; boards are
 * sold; with `rot` bits of a board's journal, counter and stores flip; with `reorg` the chain takes blocks back that
 * are not final, with `full` its blocks are full of others' transactions; with `collude` two endpoints of three
 * conspire against a board that begins anew. With `beacon` boards go by level 4, a sync committee; with `finality` that
 * one stalls, or few of it sign, with `fork` it passes through the forks of its schedule, with `checkpoints` boards
 * know checkpoint keys too, and the committee contradicts itself or signs under a fork that nobody knows. With
 * `signers` boards know checkpoint keys, and without `beacon` go by level 2; fewer signers than must sign lie; with
 * `keys` those keys change, in the midst of a board's sleep too.
 */
export const FAULTS = [
  'power',
  'cut',
  'partition',
  'slow',
  'flash',
  'pause',
  'update',
  'images',
  'forge',
  'endpoints',
  'lag',
  'suspend',
  'epoch',
  'thief',
  'misfit',
  'reorg',
  'beacon',
  'finality',
  'fork',
  'checkpoints',
  'transfer',
  'rot',
  'collude',
  'signers',
  'keys',
  'garble',
  'full',
] as const;

export type FaultName = (typeof FAULTS)[number];

/** A count of zero for each. */
export const noFaults = (): Record<FaultName, number> =>
  Object.fromEntries(FAULTS.map(fault => [fault, 0])) as Record<FaultName, number>;

/** Those that hit one board or its operator. */
export const BOARD_FAULTS = [
  'power',
  'cut',
  'partition',
  'slow',
  'flash',
] as const satisfies readonly FaultName[];
export type BoardFault = (typeof BOARD_FAULTS)[number];

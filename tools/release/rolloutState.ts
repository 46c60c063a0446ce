/** The state of a roll-out: the boards that follow the channel, those that may take it, and what they say. Pure. */
import type { Hex } from '../../contracts/client/index.js';
import type { Outcomes } from './outcomes.js';

export interface Placed {
  device: Hex;
  /** In the roll-out of this version, 0 to 999. */
  place: number;
}

export interface RolloutState {
  version: number;
  /** Boards of a thousand that may take it. */
  rollout: number;
  halted: boolean;
  paused: boolean;
  withdrawn: boolean;
  /** That follow the channel. */
  boards: number;
  /** Of them, with a place in the roll-out. */
  included: number;
  done: number;
  failed: number;
  /** Ran it, and run another image by now. */
  gone: number;
  /** Included, and no receipt at hand says anything of it. */
  silent: number;
  /** In ten parts by place, each with its boards and those that run it. */
  cohorts: { from: number; boards: number; done: number; failed: number; gone: number }[];
  /** The boards that left it, with the code by which each says why. */
  failures: { device: Hex; code: string }[];
}

interface Channel {
  rollout: number;
  halted: boolean;
  paused: boolean;
}

const COHORT_PLACES = 100;

/** The state of that version, by its channel, the boards with their places, and what they said. */
export function rolloutState(
  { version, withdrawn }: { version: number; withdrawn: boolean },
  { halted, paused, rollout }: Channel,
  boards: readonly Placed[],
  outcomes: Outcomes,
): RolloutState {
  const done = new Set(outcomes.done);
  const gone = new Set(outcomes.gone);
  const failed = new Set(outcomes.failed.map(({ device }) => device));
  const said = (device: Hex) => done.has(device) || gone.has(device) || failed.has(device);
  const included = boards.filter(({ place }) => place < rollout);
  const cohorts = Array.from({ length: 10 }, (_, i) => {
    const from = i * COHORT_PLACES;
    const those = boards.filter(({ place }) => place >= from && place < from + COHORT_PLACES);
    const of = (set: ReadonlySet<Hex>) => those.filter(({ device }) => set.has(device)).length;
    return { from, boards: those.length, done: of(done), failed: of(failed), gone: of(gone) };
  });
  return {
    ...{ version, rollout, halted, paused, withdrawn, boards: boards.length, included: included.length },
    ...{ done: done.size, failed: failed.size, gone: gone.size, cohorts },
    failures: outcomes.failed.map(({ device, receipt }) => ({ device, code: receipt.receipt.code })),
    silent: included.filter(({ device }) => !said(device)).length,
  };
}

const BAR_SIGNS = 20;
/** Boards that are named; JSON has all. */
const NAMED_MAX = 10;

/** A line for each tenth of the places: a bar of the boards that run it, and those that left it. */
export function stateLines(state: RolloutState): string[] {
  const { boards, done, failed, failures, gone, halted, included, paused, rollout, silent, version } = state;
  const stopped = `${state.withdrawn ? ', WITHDRAWN' : ''}${paused ? ', PAUSED' : ''}${halted ? ', HALTED by boards that failed' : ''}`;
  return [
    `Version ${version}${stopped}, for ${rollout} of 1000: ${included} of ${boards} boards may take it; ${done} run it, ${failed} left it, ${gone > 0 ? `${gone} ran it and run another image now, ` : ''}${silent} have said nothing.`,
    ...state.cohorts.map(({ boards: of, done: run, failed: left, from, gone: elsewhere }) => {
      const signs = of === 0 ? 0 : Math.round((BAR_SIGNS * run) / of);
      const bar = '█'.repeat(signs) + '·'.repeat(of === 0 ? 0 : BAR_SIGNS - signs);
      const mark = from < rollout ? '' : ' not yet';
      return `  ${`${from}`.padStart(3)}–${`${from + COHORT_PLACES - 1}`.padEnd(3)} ${bar.padEnd(BAR_SIGNS)} ${run} of ${of}${left > 0 ? `, ${left} left it` : ''}${elsewhere > 0 ? `, ${elsewhere} ran it` : ''}${mark}`;
    }),
    ...failures.slice(0, NAMED_MAX).map(({ code, device }) => `  ${device} left it: ${code}`),
    ...(failures.length > NAMED_MAX ? [`  and ${failures.length - NAMED_MAX} more`] : []),
  ];
}

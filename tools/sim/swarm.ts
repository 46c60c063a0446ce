/** A swarm: worlds of random sizes and mixes of faults, on all cores until the time is over, and the sum of their runs. */
import { Chance } from '../../host-sim/node/chance.js';
import { FAULTS, type FaultName } from './faultNames.js';
import type { SimResult } from './run.js';
import type { WorldSize } from './shrink.js';
import { COMPLETE_BOARD_HOURS, neverSeen, type VerdictCounts } from './verdicts.js';

const BOARDS_MAX = 4;
const HOURS = [0.2, 0.3, 0.5] as const;
/** Of a hundred faults, those that a world has: where many are at work, few orders and releases come far enough to be judged. */
const DENSITIES = [15, 40, 65] as const;

/** Drawn before a world's size; a fault that is newer is drawn after it, so that the other faults of a seed stay as they are. */
const FIRST_FAULTS = FAULTS.slice(0, FAULTS.indexOf('garble'));

/** The world that a seed of the swarm means: its boards, hours and faults. */
export function drawWorld(seed: number): WorldSize {
  const chance = new Chance(seed);
  const density = chance.of(DENSITIES);
  const first = FIRST_FAULTS.filter(() => chance.below(100) < density);
  const [boards, hours] = [1 + chance.below(BOARDS_MAX), chance.of(HOURS)];
  const others = FAULTS.filter(fault => !FIRST_FAULTS.includes(fault) && chance.below(100) < density);
  return { boards, hours, faults: [...first, ...others] };
}

/** The part of a run that a swarm sums up; the line repeats it. */
export type SwarmRun = Pick<
  SimResult,
  'boardHours' | 'cpuSeconds' | 'faults' | 'findings' | 'links' | 'ok' | 'receipts' | 'verdicts'
> & { replay: string };

export interface SwarmFailure {
  seed: number;
  rule: string;
  what: string;
  replay: string;
}

export interface SwarmResult {
  /** True when every rule held, in one world at least, and a swarm of `COMPLETE_BOARD_HOURS` came to every verdict. */
  ok: boolean;
  /** The seeds of the worlds that came to their end, in that order. */
  seeds: number[];
  failures: SwarmFailure[];
  boardHours: number;
  cpuSeconds: number;
  links: number;
  receipts: number;
  faults: Partial<Record<FaultName, number>>;
  verdicts: VerdictCounts;
  /** Of the verdict table: what no board came to. */
  never: string[];
}

export interface SwarmOptions {
  /** The first seed; the others follow it. */
  seed: number;
  /** Worlds at once. */
  workers: number;
  /** Aborted when the time is over: no world begins after it, and what is not at its end does not count. */
  over: AbortSignal;
  /** Runs one world. @throws Error when it has no result; a swarm that goes on then ends with that error */
  run(seed: number, size: WorldSize): Promise<SwarmRun>;
  onRun(seed: number, run: SwarmRun): void;
}

/** Runs worlds until the time is over. */
export async function swarm({ onRun, over, run, seed, workers }: SwarmOptions): Promise<SwarmResult> {
  const sum = nothing();
  let next = seed;
  const worker = async () => {
    while (!over.aborted) {
      const own = next++;
      try {
        const done = await run(own, drawWorld(own));
        add(sum, own, done);
        onRun(own, done);
      } catch (error) {
        if (!over.aborted) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  const never = neverSeen(sum.verdicts);
  const isWhole = never.length === 0 || sum.boardHours < COMPLETE_BOARD_HOURS;
  return { ...sum, ok: sum.failures.length === 0 && sum.seeds.length > 0 && isWhole, never };
}

const nothing = (): SwarmResult => ({
  ...{ ok: true, seeds: [], failures: [], boardHours: 0, cpuSeconds: 0, links: 0, receipts: 0 },
  ...{ faults: {}, verdicts: {}, never: [] },
});

function add(sum: SwarmResult, seed: number, run: SwarmRun): void {
  sum.seeds.push(seed);
  sum.boardHours += run.boardHours;
  sum.cpuSeconds += run.cpuSeconds;
  sum.links += run.links;
  sum.receipts += run.receipts;
  addCounts(sum.faults, run.faults);
  addCounts(sum.verdicts, run.verdicts);
  const [first] = run.findings;
  if (first) sum.failures.push({ seed, rule: first.rule, what: first.what, replay: run.replay });
}

function addCounts(sum: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + count;
}

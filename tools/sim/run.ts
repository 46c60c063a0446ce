/** The order for a simulated run, and its outcome. */
import type { Finding } from '../../host-sim/world/finding.js';
import type { FaultName } from './faultNames.js';
import type { Hand } from './hand.js';
import type { MutantName } from './mutants.js';
import type { RolloutOutcome } from './rolloutVendor.js';
import type { SettlingTimes } from './settling.js';
import type { VerdictCounts } from './verdicts.js';

/** The hand that holds a world's time; the log is the same at any pace. */
export interface Pacing {
  /** Resolves with the virtual time, in ms, up to which the world may go on; `nextMs` is when something happens next. */
  until(nowMs: number, nextMs: number): Promise<number>;
}

export interface SimOptions {
  seed: number;
  boards: number;
  /** Virtual time with orders and faults; some more follows, in which all must heal. */
  hours: number;
  faults: readonly FaultName[];
  signal: AbortSignal;
  /** A board that errs, which a rule must find. */
  mutant?: MutantName;
  /** True: no native crypto for boards and operators, though it can be had; the run is the same. */
  portable?: boolean;
  /** Steps the boards in XS, each in a process with so many bytes of heap; realms of this process if left out. */
  xs?: { heapBytes?: number };
  /** Milliseconds between two orders to a board, on average. */
  orderPauseMs?: number;
  /** True: each order is good for long and delivered at once, so that none waits behind another. */
  isPrompt?: boolean;
  /** The hand of a person who touches the world, now or as in a run before. */
  hand?: Hand;
  pacing?: Pacing;
  /** In place of many releases, one that reaches so many boards of a thousand, step by step; its servers tell every lie. */
  rollout?: readonly number[];
  onLine?(line: string): void;
  onProgress?(atMs: number, events: number): void;
}

export interface SimResult {
  ok: boolean;
  seed: number;
  findings: Finding[];
  /** Lines of the log, and its SHA-256. */
  lines: number;
  logHash: string;
  /** The last lines before a finding. */
  tail: readonly string[];
  events: number;
  links: number;
  receipts: number;
  blocks: number;
  faults: Record<FaultName, number>;
  /** By code and cause, as the boards' consoles say them. */
  verdicts: VerdictCounts;
  /** Milliseconds of virtual time from an order's transaction to its receipt, of those that were done. */
  settling: SettlingTimes;
  /** The end of a rollout on each board. */
  outcomes?: readonly RolloutOutcome[];
  /** Hours that boards lived, all together; virtual hours of the world. */
  boardHours: number;
  hours: number;
  /** Of this process and of its boards; that of the chain's is not in it. */
  cpuSeconds: number;
  /** Of the chain's process, which lives as long as the world; left out where the system does not tell it. */
  chainCpuSeconds?: number;
}

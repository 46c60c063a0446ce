/** Seconds of the processor, by who takes them. */
import { cpuSecondsOf } from '../../../host-sim/node/cpu.js';

/** Of this process are the brokers, the prover and the operator. */
export interface Spent {
  boards: number;
  chain: number;
  rest: number;
}

/** All that was taken so far. @throws Error where the system does not tell it */
export function spentBy(boardPids: readonly number[], chainPid: number): Spent {
  const secondsOf = (pid: number) => {
    const seconds = cpuSecondsOf(pid);
    if (seconds === undefined) throw new Error('this system does not tell the processor time of processes');
    return seconds;
  };
  const { system, user } = process.cpuUsage();
  const boards = boardPids.map(secondsOf).reduce((sum, seconds) => sum + seconds, 0);
  return { boards, chain: secondsOf(chainPid), rest: (user + system) / 1e6 };
}

/** The seconds that came to it since. */
export const spentSince = (before: Spent, after: Spent): Spent => ({
  boards: after.boards - before.boards,
  chain: after.chain - before.chain,
  rest: after.rest - before.rest,
});

/** The greatest of the least `share` of a hundred. */
export function share(times: readonly number[], percent: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}

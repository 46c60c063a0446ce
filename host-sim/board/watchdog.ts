/**
 * The board's watchdog: a thread that kills the process when the image blocks its event loop. It needs nobody
 * outside, so that a hanging board whose holder was killed as well does not stay behind either.
 */
import { Worker } from 'node:worker_threads';

/** Checks in this time. */
const checks = 4;

/**
 * @param milliseconds the longest that the event loop may stand still
 */
export function startWatchdog(milliseconds: number): void {
  const fed = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL('./watchdogThread.mjs', import.meta.url), {
    workerData: { fed, checks, interval: milliseconds / checks },
    execArgv: [],
  });
  worker.unref();
  setInterval(() => Atomics.add(fed, 0, 1), milliseconds / checks / 2);
}

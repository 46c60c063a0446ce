/** The thread of watchdog.ts. It counts checks, not time, so that a host that sleeps does not look like a hang. */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

const { fed, checks, interval } = workerData;
let last = -1;
let missed = 0;

setInterval(() => {
  const now = Atomics.load(fed, 0);
  missed = now === last ? missed + 1 : 0;
  last = now;
  if (missed < checks) return;
  try {
    writeSync(2, 'watchdog: the image blocks the event loop\n');
  } catch {
    // Nobody reads any more.
  }
  process.kill(process.pid, 'SIGKILL');
}, interval);

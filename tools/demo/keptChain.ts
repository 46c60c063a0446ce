/** The chain of a kept world: written down while it runs, and brought back to a day that its board can still follow. */
import { gunzipSync } from 'node:zlib';
import type { Clock } from '../../firmware/port/clock.js';
import { SLEEP_SECONDS_MAX } from '../../firmware/trust/configuration.js';
import { call } from '../../host-sim/node/chain/call.js';
import { nodeClock } from '../../host-sim/node/clock.js';
import { writeWholeFiles } from '../cli/wholeFiles.js';

/** Milliseconds between two looks whether there are new blocks: so much a killed world may lose. */
const LOOK_MS = 2000;
/** A board that slept longer than its bound believes no finality any more; a day of it is left for the board. */
const LEAP_SECONDS_MAX = SLEEP_SECONDS_MAX - 86_400;

/** Writes the chain at `rpc` into `file` whenever it has grown. `close` does so a last time, while the chain is there. */
export function keepChain(
  rpc: string,
  file: string,
  clock: Pick<Clock, 'after'> = nodeClock,
): { close(): Promise<void> } {
  let kept = '';
  let cancel = () => {};
  let closed = false;
  const look = async (): Promise<void> => {
    const newest = `${await call(rpc, 'eth_blockNumber')}`;
    if (newest === kept) return;
    const state = gunzipSync(Buffer.from(`${await call(rpc, 'anvil_dumpState')}`.slice(2), 'hex'));
    writeWholeFiles([[file, state]], 0o600);
    kept = newest;
  };
  let work = Promise.resolve();
  const again = () => {
    // A look that fails is made again; the last one is told of.
    work = look().catch(() => {});
    void work.then(() => {
      if (!closed) cancel = clock.after(LOOK_MS, again);
    });
  };
  again();
  return {
    close: async () => {
      closed = true;
      cancel();
      await work;
      await look();
    },
  };
}

/**
 * Sets the clock of a chain that stood still: to now, or where that is too far for the board, as far as the board can
 * follow. Returns the seconds by which the chain's clock then lags behind.
 *
 * @param now seconds, Unix
 */
export async function wakeChain(rpc: string, now: number): Promise<number> {
  const { timestamp } = (await call(rpc, 'eth_getBlockByNumber', ['latest', false])) as { timestamp: string };
  const time = Math.min(now, Number(timestamp) + LEAP_SECONDS_MAX);
  if (time > Number(timestamp)) await call(rpc, 'evm_setTime', [time]);
  return now - time;
}

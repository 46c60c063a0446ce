/** Moving a simulated chain on: blocks, finality, time, reorganisation. Methods are anvil's own. */
import { call } from './call.js';

const quantity = (value: number) => `0x${value.toString(16)}`;

/** A call's answer is a few numbers and the least that can be asked of a header. */
async function blockNumber(url: string, tag: string): Promise<number> {
  const block = (await call(url, 'eth_getBlockByNumber', [tag, false])) as { number: string };
  return Number(block.number);
}

/** Mines `count` blocks, `interval` seconds apart, without transactions. */
export async function mine(url: string, count: number, interval = 1): Promise<void> {
  if (count > 0) await call(url, 'anvil_mine', [quantity(count), quantity(interval)]);
}

/**
 * Mines until the endpoint itself calls `number` finalized, at whatever depth it does so (anvil: 64 blocks).
 * Finality is never asserted here, only asked for.
 * @returns the number of the finalized block
 */
export async function mineUntilFinal(url: string, number: number, interval = 1): Promise<number> {
  let step = 1;
  for (;;) {
    const finalized = await blockNumber(url, 'finalized');
    if (finalized >= number) return finalized;
    const latest = await blockNumber(url, 'latest');
    // While the chain is shorter than its depth, finalized stays 0 and tells nothing: grow the step.
    step = finalized === 0 ? Math.max(number - latest, step * 2) : number - finalized;
    if (step > 100_000) throw new Error(`block ${number} does not become final on ${url}`);
    await mine(url, step, interval);
  }
}

/** Moves the chain's clock ahead by `seconds` and mines one block that carries the new time. */
export async function increaseTime(url: string, seconds: number): Promise<void> {
  await call(url, 'evm_increaseTime', [seconds]);
  await mine(url, 1);
}

/** Replaces the newest `depth` blocks by as many others that hold none of their transactions. */
export async function reorganise(url: string, depth: number): Promise<void> {
  await call(url, 'anvil_reorg', [depth, []]);
}

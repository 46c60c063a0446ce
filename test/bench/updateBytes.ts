/** Bytes of one update: the whole image, and a delta from the one before, of real images that differ by one line. */
import { buildImage } from '../../host-sim/image/build.js';
import { encodeDelta } from '../../tools/delta/encode.js';
import type { BenchResult } from './result.js';

/** The least that a delta is to save, by what the image is: what is text, and what is frozen with its addresses. */
const targets = { script: 100, rv32: 20 } as const;

export type Target = keyof typeof targets;

/** A line of the firmware that grows, so that what follows it moves. */
export const change = {
  file: 'firmware/update/sources.ts',
  from: 'this.#sectors = sectors;',
  to: 'this.#sectors = Math.max(1, sectors);',
};

/** @throws Rv32Missing for `rv32` without its tools */
export async function bytesOfUpdate(
  target: Target,
): Promise<{ base: Uint8Array; result: BenchResult; next: Uint8Array }> {
  const made = {
    name: 'relay',
    app: 'firmware/apps/relay/app.ts',
    hardware: new Uint8Array(32).fill(7),
    target,
  };
  const base = await buildImage({ ...made, version: 1 });
  const next = await buildImage({ ...made, version: 2, changes: [change] });
  const value = encodeDelta(base.bytes, next.bytes).length;
  const least = targets[target];
  const goal = Math.floor(next.size / least);
  const result: BenchResult = {
    ...{ name: `bytes.delta.${target}`, value, unit: 'bytes', peer: 'the whole image', peerValue: next.size },
    ...{ ratio: next.size / value, goal, met: value <= goal },
  };
  return { base: base.bytes, next: next.bytes, result };
}

/** One download into a slot beside a plain copy and hash of the same bytes, and the erases of it. */
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { sectorCount } from '../../firmware/update/sectorTree.js';
import { hashOfFlash } from '../../firmware/update/slotWriter.js';
import { nodeClock } from '../../host-sim/node/clock.js';
import { MemoryPartition } from '../../host-sim/node/flash/partition.js';
import { sectorsOf } from '../../host-sim/node/sectors.js';
import { encodeDelta } from '../../tools/delta/encode.js';
import { memoryNetwork, rangeAnswer } from '../fakes/memoryNetwork.js';
import { type Install, releaseBetween } from './device/releaseBetween.js';
import type { BenchResult } from './result.js';

const crypto = portableCrypto();
const SECTOR_BYTES = 4096;

/** The way of `next` into a slot, from a server in memory. */
const release = (base: Uint8Array, next: Uint8Array): Install =>
  releaseBetween({
    ...{ base, next, delta: encodeDelta(base, next), sectors: sectorsOf(next), clock: nodeClock, crypto },
    networkOf: files =>
      memoryNetwork({
        answer: request => rangeAnswer(files.get(/ (\S+) /.exec(request)![1])!, request),
        onCrash: error => {
          throw error;
        },
      }),
  });

const slotFor = (image: Uint8Array) =>
  new MemoryPartition({
    size: SECTOR_BYTES * sectorCount(image.length),
    sectorSize: SECTOR_BYTES,
  });

/** Milliseconds of the quickest of five runs. */
async function quickest(run: () => Promise<void>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const begun = performance.now();
    await run();
    best = Math.min(best, performance.now() - begun);
  }
  return best;
}

/** The download, whole and by delta, checked and read back, beside the bytes copied into a slot and hashed once. */
export async function installs(base: Uint8Array, next: Uint8Array): Promise<BenchResult[]> {
  const install = release(base, next);
  const peerValue = await quickest(async () => {
    const slot = slotFor(next);
    for (let at = 0; at < next.length; at += SECTOR_BYTES) {
      slot.erase(at);
      slot.write(at, next.subarray(at, at + SECTOR_BYTES));
    }
    hashOfFlash(crypto, slot, next.length);
  });
  const results: BenchResult[] = [];
  for (const withDelta of [false, true]) {
    const how = withDelta ? 'delta' : 'whole';
    const value = await quickest(() => install(slotFor(next), withDelta));
    const slot = slotFor(next);
    await install(slot, withDelta);
    const erases = slot.erasures.reduce((sum, count) => sum + count, 0);
    const sectors = sectorCount(next.length);
    results.push(
      {
        ...{ name: `install.node.${how}`, value, unit: 'ms', peer: 'plain copy and one hash', peerValue },
        // Held, not wished for: HTTP, a leaf's hash and its comparison, reading back and the whole hash come on top.
        ...{ ratio: peerValue / value, goal: 0.05, met: peerValue / value >= 0.05 },
      },
      {
        ...{
          name: `erases.${how}`,
          value: erases,
          unit: 'erases',
          peer: 'sectors of the image',
          peerValue: sectors,
        },
        ...{ ratio: sectors / erases, goal: 1, met: erases === sectors },
      },
    );
  }
  return results;
}

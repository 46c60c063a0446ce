/** Everything random in a world comes from one seed: each actor has a stream of its own, named by its name. */
import { createHash } from 'node:crypto';
import type { Entropy } from '../../firmware/port/entropy.js';
import { Chance } from '../node/chance.js';

/** Random bytes for one actor: the same for the same seed and name, whatever the others take. */
export function seededEntropy(seed: number, name: string): Entropy {
  let block = 0;
  let left: Uint8Array = new Uint8Array(0);
  return {
    fill(target) {
      for (let at = 0; at < target.length; ) {
        if (left.length === 0) left = createHash('sha256').update(`${seed} ${name} ${block++}`).digest();
        const count = Math.min(left.length, target.length - at);
        target.set(left.subarray(0, count), at);
        left = left.subarray(count);
        at += count;
      }
    },
  };
}

/** Chance for one actor, apart from that of all others. */
export function seededChance(seed: number, name: string): Chance {
  return new Chance(createHash('sha256').update(`${seed} ${name}`).digest().readUInt32BE(0));
}

/** The remains of a write or an erase when power fails inside it. */
import type { Chance } from '../node/chance.js';

/** `unstable` are bits that are 1 in `cells` and read as either. */
export interface Torn {
  cells: Uint8Array;
  unstable: Uint8Array;
}

/** A chip programs so many bytes at a time: within a page any bit may come first, pages follow in order. */
const page = 256;

const some = (chance: Chance): number => chance.byte();

/**
 * Bytes up to some point and part of the next; or pages up to some point and a page of which each bit is done, not
 * done or half-done; or everything, the last page only faintly.
 */
export function tornWrite(before: Uint8Array, bytes: Uint8Array, offset: number, chance: Chance): Torn {
  const cells = Uint8Array.from(before);
  const unstable = new Uint8Array(bytes.length);
  const how = chance.of(['bytewise', 'pagewise', 'faint'] as const);
  const point = chance.below(bytes.length + 1);
  if (how === 'bytewise') {
    cells.set(bytes.subarray(0, point));
    if (point < bytes.length) cells[point] &= bytes[point] | some(chance);
    return { cells, unstable };
  }
  const at = offset + (how === 'faint' ? bytes.length - 1 : Math.min(point, bytes.length - 1));
  const from = Math.max(0, at - (at % page) - offset);
  const to = Math.min(bytes.length, from + page - ((offset + from) % page));
  cells.set(bytes.subarray(0, from));
  for (let i = from; i < to; i++) {
    const due = before[i] & ~bytes[i];
    const faint = due & (how === 'faint' ? 0xff : some(chance));
    const done = how === 'faint' ? 0 : due & ~faint & some(chance);
    cells[i] = before[i] & ~done;
    unstable[i] = faint;
  }
  return { cells, unstable };
}

/**
 * A chip first clears the whole sector, then lets all bits rise: any mixture may remain, down to a sector that
 * reads as erased now and holds half-erased bits.
 */
export function tornErase(before: Uint8Array, chance: Chance): Torn {
  const unstable = new Uint8Array(before.length);
  const how = chance.of(['prefix', 'clearing', 'rising', 'faint', 'nearly'] as const);
  const point = chance.below(before.length + 1);
  const cells = Uint8Array.from(before, (byte, i) => {
    if (how === 'prefix') return i < point ? 0xff : byte;
    if (how === 'clearing') return i < point ? 0 : byte & some(chance);
    if (how === 'rising') return byte | some(chance);
    if (how === 'faint') unstable[i] = ~byte & 0xff;
    if (how === 'nearly') unstable[i] = chance.below(64) === 0 ? some(chance) : 0;
    return 0xff;
  });
  return { cells, unstable };
}

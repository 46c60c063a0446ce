/** Reproducible chance: the same seed, the same test. */

export interface Random {
  /** 0 to `limit` − 1. */
  below(limit: number): number;
  bytes(length: number): Uint8Array;
  /** True once in `count` times. */
  oneIn(count: number): boolean;
  pick<T>(values: readonly T[]): T;
}

/** mulberry32. */
export function seeded(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number) => Math.floor((next() / 2 ** 32) * limit);
  return {
    below,
    bytes: length => Uint8Array.from({ length }, () => below(256)),
    oneIn: count => below(count) === 0,
    pick: values => values[below(values.length)],
  };
}

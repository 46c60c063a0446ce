/** All suffixes of some bytes in order, to find in them the longest match of others. */

/** Beginnings of suffixes, in the order of what follows there. */
export type Suffixes = Int32Array;

/** By doubling: suffixes that are in order by their first n bytes come into order by 2 n. */
export function suffixesOf(bytes: Uint8Array): Suffixes {
  const { length } = bytes;
  const order = new Int32Array(length);
  const bySecondHalf = Int32Array.from(bytes, (_, i) => i);
  const counts = new Int32Array(Math.max(256, length) + 1);
  let rank = Int32Array.from(bytes);
  let nextRank = new Int32Array(length);
  sortStably(bySecondHalf, rank, order, counts);
  for (let width = 1; width < 2 * length; width *= 2) {
    let at = 0;
    for (let i = Math.max(0, length - width); i < length; i++) bySecondHalf[at++] = i;
    for (const begin of order) if (begin >= width) bySecondHalf[at++] = begin - width;
    sortStably(bySecondHalf, rank, order, counts);
    const classes = rankAgain(order, rank, nextRank, width);
    [rank, nextRank] = [nextRank, rank];
    if (classes === length) break;
  }
  return order;
}

/** Puts `from` into `to` by rank; what has one rank stays in its order. */
function sortStably(from: Int32Array, rank: Int32Array, to: Int32Array, counts: Int32Array): void {
  counts.fill(0);
  for (const each of rank) counts[each + 1]++;
  for (let i = 1; i < counts.length; i++) counts[i] += counts[i - 1];
  for (const begin of from) to[counts[rank[begin]]++] = begin;
}

/** The ranks by twice the width; suffixes with the same bytes there share one. Returns how many ranks there are. */
function rankAgain(order: Int32Array, rank: Int32Array, next: Int32Array, width: number): number {
  const second = (begin: number) => (begin + width < rank.length ? rank[begin + width] : -1);
  let classes = 0;
  for (let i = 0; i < order.length; i++) {
    const [here, before] = [order[i], order[i - 1]];
    const isSame = i > 0 && rank[here] === rank[before] && second(here) === second(before);
    if (!isSame) classes++;
    next[here] = classes - 1;
  }
  return classes;
}

/** The place in the base where the longest match of the target's bytes from `from` on begins, and its length. */
export function longestMatch(
  { base, suffixes }: { base: Uint8Array; suffixes: Suffixes },
  target: Uint8Array,
  from: number,
): { at: number; length: number } {
  let [low, high] = [0, suffixes.length - 1];
  if (high < 0) return { at: 0, length: 0 };
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isBefore(base, suffixes[middle], target, from)) low = middle;
    else high = middle;
  }
  const [one, two] = [low, high].map(i => ({
    at: suffixes[i],
    length: matchLength(base, suffixes[i], target, from),
  }));
  return one.length > two.length ? one : two;
}

function matchLength(base: Uint8Array, at: number, target: Uint8Array, from: number): number {
  const most = Math.min(base.length - at, target.length - from);
  let length = 0;
  while (length < most && base[at + length] === target[from + length]) length++;
  return length;
}

function isBefore(base: Uint8Array, at: number, target: Uint8Array, from: number): boolean {
  const length = matchLength(base, at, target, from);
  if (from + length === target.length) return false;
  return at + length === base.length || base[at + length] < target[from + length];
}

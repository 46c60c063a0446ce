/** The name that somebody most likely meant. */

/** Optimal string alignment: insertions, deletions, exchanges, and swapped neighbours. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchanged = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(exchanged, last[j] + 1, row[j - 1] + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last[b.length];
}

/** Undefined when nothing is near: a wild guess helps nobody. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const typed = word.slice(0, 60).toLowerCase();
  const ranked = names
    .map(name => ({
      name,
      off: name !== typed && name.startsWith(typed) && typed.length > 2 ? 0.5 : distance(typed, name),
    }))
    .sort((a, b) => a.off - b.off);
  const best = ranked[0];
  return best && best.off <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : undefined;
}

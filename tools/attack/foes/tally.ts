/** Names of which it is known in which order they came. */
const LATEST_MAX = 6;

/** Counts by name. */
export class Tally {
  readonly #counts = new Map<string, number>();
  #latest: string[] = [];

  add(name: string, more = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + more);
    this.#latest = [...this.#latest.filter(other => other !== name), name].slice(-LATEST_MAX);
  }

  /** The names that were added last, the newest last. */
  get latest(): readonly string[] {
    return this.#latest;
  }

  get sum(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** By name, in the order of names. */
  get all(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

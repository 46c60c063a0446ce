/** Randomness as a port: a cryptographically secure source, on a chip its true random number generator. */
export interface Entropy {
  /** Fills all of `target`. Throws if the source is not seeded: a board without entropy must not make a key. */
  fill(target: Uint8Array): void;
}

/** One line of what a benchmark says. */
export interface BenchResult {
  name: string;
  /** Ours, in `unit`. */
  value: number;
  unit: string;
  /** Whom it is compared with. */
  peer: string;
  /** The peer's, in the same unit. */
  peerValue: number;
  /** The peer's value over ours. */
  ratio: number;
  /** The least ratio that is wanted; with the unit `bytes` the greatest value. */
  goal: number;
  met: boolean;
}

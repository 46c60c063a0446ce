/** The options of the guard around a run of tests. */
export interface GuardOptions {
  /** Milliseconds without a word after which the run is ended. */
  silenceMs: number;
  /** Milliseconds that what the command started may take to end after it; 30,000 if unset. */
  graceMs?: number;
  out?: (text: string | Uint8Array) => void;
  say?: (text: string) => void;
}

export function guarded(command: string[], options: GuardOptions): Promise<number>;

/**
 * The ends of an image's run that nobody wished. Where one comes, the platform leaves a record in the partition `crash`
 * (store/crashRecord.ts), since the image's own code cannot go on; at a later start the firmware signs what is there and
 * sends it. A watchdog and a trap of the processor leave no time for that: the next start of the platform records them,
 * without a trace.
 */

/** The reasons of such an end; their places in this list stand in records and receipts, so new ones come last. */
export const CRASH_REASONS = [
  'unknown',
  /** Thrown, and not caught. */
  'exception',
  /** A promise was rejected, and nobody looked. */
  'rejection',
  /** The engine found no memory. */
  'memory',
  /** Calls went too deep. */
  'stack',
  /** The engine ended itself for another reason. */
  'engine',
  /** The event loop stood still. */
  'watchdog',
  /** A trap of the processor, or the process was killed. */
  'processor',
  /** The image asked for it. */
  'asked',
] as const;

/** A reason by name. */
export type CrashReason = (typeof CRASH_REASONS)[number];

/** What the journal's keys mean. Fixed for ever: a newer image reads what an older one wrote. */
export const StoreKey = {
  /** When this store was born: unix seconds of the proof of now, or 0 for a board's first. */
  birth: 1,
  /** Last consumed link, and the last one that a finalized head confirmed. */
  position: 2,
  /** Envelopes that ran after the last finalized head. */
  executed: 3,
  /** The envelope that runs now, written before its effect. */
  inFlight: 4,
  /** Counter and hash of the newest receipt. */
  receiptHead: 5,
  /** Greatest number and timestamp seen per level of header trust. */
  floors: 6,
  /** Greatest nonce per delegate. */
  nonceCounters: 7,
  /** The update under way. */
  update: 8,
  /** Channel that the running image came from, and the security floor in force. */
  channel: 9,
  /** Sync committees and what is final by them. */
  finality: 10,
  /** Who signs checkpoints, as far as the board followed. */
  checkpointKeys: 11,
  /** First of the ring of stored receipts. */
  receipts: 64,
} as const;

/** The record that says which others there are, and vouches for them (authenticJournal.ts). */
export const ROOT_KEY = 255;

const uncounted: readonly number[] = [StoreKey.floors, StoreKey.update];

/**
 * Whether a change of that key moves the count that the counter beside the journal follows: what was consumed, said or
 * believed does; progress of a download and the clock do not, since an older one of them loses nothing.
 */
export const movesTheCount = (key: number): boolean => !uncounted.includes(key);

/** Stored receipts; redelivery of an older envelope is refused without one. */
export const STORED_RECEIPTS_MAX = 32;

/** Which keys may differ after a refused attempt: what a board learns and says, not what it does. */
export const keysThatRefusalsMayChange: readonly number[] = [
  ROOT_KEY,
  StoreKey.receiptHead,
  StoreKey.floors,
  StoreKey.finality,
  StoreKey.checkpointKeys,
  ...Array.from({ length: STORED_RECEIPTS_MAX }, (_, i) => StoreKey.receipts + i),
];

/** The journal's keys. Fixed for ever: a newer image reads what an older one wrote. */

/** The key of each record, 1 to 255. */
export const StoreKey = {
  /** The birth of the journal: unix seconds of the proof of now that it began with, 0 for a board's first. */
  birth: 1,
  /** The last consumed link, and the last one that a final head confirmed. */
  position: 2,
  /** Envelopes that ran after the last final head. */
  executed: 3,
  /** The envelope whose action runs, written before its effect. */
  inFlight: 4,
  /** Counter and hash of the newest receipt. */
  receiptHead: 5,
  /** Greatest number and timestamp seen at each level of header trust. */
  floors: 6,
  /** Greatest nonce of each delegate, and of the fleet's batches. */
  nonceCounters: 7,
  /** The update under way. */
  update: 8,
  /** Channel and floor, as older firmware kept them; they lie in the identity record now. */
  channel: 9,
  /** Sync committees and what is final by them. */
  finality: 10,
  /** The signers of checkpoints, as far as the board followed them. */
  checkpointKeys: 11,
  /** The trust configuration that is about to be adopted, in two records (handover/candidate.ts). */
  candidate: 12,
  candidateRest: 13,
  /** The mark of a board that is being wiped; it is read before anything is believed (device/wipe.ts). */
  wipe: 14,
  /** The times of a board that sleeps (device/sleepPlan.ts). */
  sleep: 15,
  /** The update of the app line under way. */
  appUpdate: 20,
  /** The release that the app puts off, and since when (update/veto.ts); the same of the app line. */
  postponed: 17,
  appPostponed: 21,
  /** First key of the ring of stored receipts. */
  receipts: 64,
} as const;

/** The record that lists all others and vouches for them (authenticJournal.ts). */
export const ROOT_KEY = 255;

const uncounted: readonly number[] = [
  ...[StoreKey.floors, StoreKey.update, StoreKey.appUpdate],
  ...[StoreKey.postponed, StoreKey.appPostponed],
];

/** The changes that forget the updates of both lines. */
export const forgottenUpdates = (): [key: number, record: undefined][] => [
  [StoreKey.update, undefined],
  [StoreKey.appUpdate, undefined],
];

/**
 * True when a change of that key moves the count that the counter beside the journal follows. What was consumed, said or
 * believed moves it; the progress of a download and the clock do not, since nothing is lost with an older one of them.
 */
export const movesTheCount = (key: number): boolean => !uncounted.includes(key);

/** The number of receipts that are stored; an envelope whose receipt was pushed out is refused without one. */
export const STORED_RECEIPTS_MAX = 32;

/**
 * Keys of records that may differ after a refused attempt: what the board learnt of the chain and said about it. All
 * others say what the board does, and a refusal must leave them alone.
 */
export const keysThatRefusalsMayChange: readonly number[] = [
  ROOT_KEY,
  StoreKey.receiptHead,
  StoreKey.floors,
  StoreKey.finality,
  StoreKey.checkpointKeys,
  ...Array.from({ length: STORED_RECEIPTS_MAX }, (_, i) => StoreKey.receipts + i),
];

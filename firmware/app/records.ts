/** The records of an app in flash, below fixed keys: the framework’s side of store, configuration and telemetry. */

import type { Batch } from '../store/journal.js';

/** The records of an app. A change of several is durable in one piece when `put` returns. */
export interface Records {
  /** The newest value of a key, in new memory; undefined when there is none. */
  get(key: number): Uint8Array | undefined;
  /** Undefined deletes. Throws where the flash fails, as if nothing had happened. */
  put(entries: Batch): void;
  /** Bytes that this board alone opens. What lies in flash can be read by who opens the board. */
  seal(bytes: Uint8Array): Uint8Array;
  /** Undefined for what this board did not seal. */
  open(sealed: Uint8Array): Uint8Array | undefined;
}

/** The keys. Fixed for ever: a newer image reads what an older one wrote. */
export const RecordKey = {
  /** The owner (20 bytes) under whom the records came to be. */
  owner: 1,
  /** The settings that the owner has set. */
  config: 2,
  secrets: 3,
  /** The number of starts in which telemetry was made; it lies with the ring. */
  starts: 4,
  /** First key of the entries of `store`. */
  store: 64,
  /** First key of the ring of batches that wait to be sent. */
  telemetry: 128,
} as const;

/** Records that a restart forgets, for a board without an identity and for a look at an app. */
export function forgottenRecords(): Records {
  const records = new Map<number, Uint8Array>();
  return {
    get: key => records.get(key)?.slice(),
    seal: bytes => bytes.slice(),
    open: sealed => sealed.slice(),
    put(entries) {
      for (const [key, value] of entries) {
        if (value === undefined) records.delete(key);
        else records.set(key, value.slice());
      }
    },
  };
}

/** The secret of the journal's codes, as a board keeps it beside its key. */

import { encodeRecord, RecordReader } from '../bytes/record.js';

/** The secret (32 bytes); `adopted` is true once the journal has its codes. */
export interface JournalKey {
  key: Uint8Array;
  adopted: boolean;
}

const JOURNAL_KEY_BYTES_MAX = 64;

/** The secret as stored. */
export const encodeJournalKey = ({ adopted, key }: JournalKey): Uint8Array =>
  encodeRecord([key, adopted ? 1 : 0]);

/** Reads what `encodeJournalKey` gave; undefined for no bytes and for any others. */
export function parseJournalKey(bytes: Uint8Array | undefined): JournalKey | undefined {
  if (!bytes) return undefined;
  const reader = new RecordReader(bytes, JOURNAL_KEY_BYTES_MAX);
  const stored = { key: reader.fixed(32), adopted: reader.number(1) === 1 };
  return reader.end() ? stored : undefined;
}

import type { Batch, Journal } from '../store/journal.js';

/** Keys of the records in the partition `identity`. Fixed for ever: a newer image reads what an older one wrote. */
export const IdentityKey = {
  identity: 1,
  connections: 2,
  configuration: 3,
  journalKey: 4,
  access: 5,
  sealingKey: 6,
  proverKey: 7,
  ownership: 8,
  line: 9,
  lock: 10,
  nextKey: 11,
  revision: 12,
} as const;

/** Keys of the records of the app line, in the same partition; they end with the owner. */
export const AppKey = { line: 20, slots: 21 } as const;

/** The changes that end the app line; none where there is none. */
export function withoutApps(record: Pick<Journal, 'get'>): Batch {
  const had = Object.values(AppKey).filter(key => record.get(key) !== undefined);
  return had.map(key => [key, undefined]);
}

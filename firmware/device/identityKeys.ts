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
} as const;

/** The result of the bootloader's test (rollbackTest.ts), as it lies in the chip's key-value store. */
import type { KeyValues } from './keyValuePartition.js';
import type { RollbackRecord } from './rollbackTest.js';

const key = 'rollback';
const seen = ['nothing', 'testing', 'passed', 'failed'] as const;

/** The record in a store. */
export function rollbackRecord(store: KeyValues): RollbackRecord {
  return {
    read() {
      const stored = store.read(key);
      const [code = 0, tries = 0] = stored ? new Uint8Array(stored) : [];
      return { seen: seen[code] ?? 'nothing', tries };
    },
    write: (what, tries) => store.write(key, Uint8Array.of(seen.indexOf(what), Math.min(tries, 255))),
  };
}

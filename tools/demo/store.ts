/** A board's store, read from its flash from outside: what an attack must not have changed. */
import { toHex } from '../../firmware/bytes/hex.js';
import { keysThatRefusalsMayChange } from '../../firmware/ledger/keys.js';
import { openJournal } from '../../firmware/store/journal.js';
import { snapshotFlash } from '../../host-sim/flash/snapshot.js';

/** Every record but receipts, floors and clock, and the identity: equal stores give equal texts. */
export function storeText(directory: string, except: readonly number[] = keysThatRefusalsMayChange): string {
  const flash = snapshotFlash(directory);
  const lines: string[] = [];
  for (const name of ['journal', 'identity'] as const) {
    const journal = openJournal(flash.open(name));
    for (const [key, value] of journal.entries()) {
      if (name === 'journal' && except.includes(key)) continue;
      lines.push(`${name} ${key} ${toHex(value)}`);
    }
  }
  return lines.sort().join('\n');
}

/** A board's store, read from its flash from outside: what an attack must not have changed. */
import { toHex } from '../../firmware/bytes/hex.js';
import { CODE_BYTES } from '../../firmware/ledger/authenticJournal.js';
import { keysThatRefusalsMayChange, StoreKey } from '../../firmware/ledger/keys.js';
import { openJournal } from '../../firmware/store/journal.js';
import { journalsOf } from './boardFlash.js';

/** RLP of a list without elements. */
const EMPTY_LIST = 0xc0;

/** True for the list of executed envelopes when none is in it: a board writes that with its first position. */
const isEmptyList = (key: number, value: Uint8Array): boolean =>
  key === StoreKey.executed && value[0] === EMPTY_LIST && value.length === 1 + CODE_BYTES;

/** Every record but receipts, floors and clock, and the identity: equal stores give equal texts. */
function storeText(directory: string, except: readonly number[]): string {
  const { flash, names } = journalsOf(directory);
  const lines: string[] = [];
  for (const name of names) {
    const journal = openJournal(flash.open(name));
    for (const [key, value] of journal.entries()) {
      if (name === 'journal' && (except.includes(key) || isEmptyList(key, value))) continue;
      lines.push(`${name} ${key} ${toHex(value)}`);
    }
  }
  return lines.sort().join('\n');
}

/** Does something to a board. True beside its result when the store is afterwards as it was, those records left aside. */
export async function watchingStore<T>(
  directory: string,
  act: () => Promise<T>,
  except: readonly number[] = keysThatRefusalsMayChange,
): Promise<readonly [result: T, isUnchanged: boolean]> {
  const before = storeText(directory, except);
  const result = await act();
  return [result, storeText(directory, except) === before];
}

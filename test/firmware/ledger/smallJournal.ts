/** A journal with codes and its counter on a small flash, for tests. */
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { AuthenticJournal } from '../../../firmware/ledger/authenticJournal.js';
import type { Partition } from '../../../firmware/port/flash.js';
import { FlashCounter } from '../../../firmware/store/counter.js';
import { openJournal } from '../../../firmware/store/journal.js';
import { partOf } from '../../fakes/partOfPartition.js';

const crypto = portableCrypto();
export const KEY = new Uint8Array(32).fill(7);
export const JOURNAL_BYTES = 4096;
export const small = { size: JOURNAL_BYTES + 512, sectorSize: 256 };

/** Even keys move the count. */
export const open = (partition: Partition, { key = KEY, adopt = false } = {}) =>
  new AuthenticJournal({
    journal: openJournal(partOf(partition, 0, JOURNAL_BYTES)),
    counter: new FlashCounter(partOf(partition, JOURNAL_BYTES, 512)),
    crypto,
    key,
    counts: name => name % 2 === 0,
    adopt,
  });

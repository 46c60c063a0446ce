import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { CODE_BYTES } from '../../../firmware/ledger/authenticJournal.js';
import { StoreKey } from '../../../firmware/ledger/keys.js';
import { type Batch, openJournal } from '../../../firmware/store/journal.js';
import { openFileFlash } from '../../../host-sim/node/flash/fileFlash.js';
import { watchingStore } from '../../../tools/demo/store.js';

const record = (...bytes: number[]) => Uint8Array.from([...bytes, ...new Uint8Array(CODE_BYTES)]);

async function isUnchangedBy(batch: Batch, except?: readonly number[]): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-store-'));
  const flash = openFileFlash(directory);
  try {
    const journal = openJournal(flash.open('journal'));
    journal.put([[StoreKey.birth, record(0xc1, 0x80)]]);
    openJournal(flash.open('identity')).put([[1, record(1)]]);
    const [, isUnchanged] = await watchingStore(directory, async () => journal.put(batch), except);
    return isUnchanged;
  } finally {
    flash.close();
  }
}

test('a refusal may write a receipt and the list of executed envelopes with nobody in it, and no other record', async t => {
  t.true(await isUnchangedBy([]));
  t.true(await isUnchangedBy([[StoreKey.receipts, record(0xc1, 1)]]));
  t.true(await isUnchangedBy([[StoreKey.executed, record(0xc0)]]));
  t.false(await isUnchangedBy([[StoreKey.executed, record(0xc1, 1)]]));
  t.false(await isUnchangedBy([[StoreKey.inFlight, record(0xc0)]]));
  t.false(await isUnchangedBy([[StoreKey.position, record(0xc1, 1)]]));
  t.true(await isUnchangedBy([[StoreKey.position, record(0xc1, 1)]], [StoreKey.position]));
  t.false(await isUnchangedBy([[StoreKey.birth, undefined]]));
});

/** The traces of a power cut in a board's flash, read from copies of it: the board itself is not asked. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { equal } from '../../../../firmware/bytes/equal.js';
import { toHex } from '../../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../../firmware/crypto/portable.js';
import { CODE_BYTES } from '../../../../firmware/ledger/authenticJournal.js';
import { StoreKey } from '../../../../firmware/ledger/keys.js';
import { Ledger } from '../../../../firmware/ledger/ledger.js';
import { type Journal, openJournal } from '../../../../firmware/store/journal.js';
import { parseProgress } from '../../../../firmware/update/progress.js';
import { snapshotFlash } from '../../../../host-sim/flash/snapshot.js';
import { type BootRecord, BootRecords, type Slot } from '../../../../host-sim/node/board/bootRecord.js';
import { partitionFile } from '../../../../host-sim/node/flash/fileFlash.js';

export type CommandState = 'untouched' | 'consumed, on its way' | 'receipted' | 'half';

export type UpdateState =
  | 'not begun'
  | 'downloading'
  | 'written, not pending'
  | 'pending'
  | 'started, not confirmed'
  | 'confirmed, not receipted'
  | 'done';

function ledgerIn(directory: string): Ledger {
  // Reading needs no key: this ledger signs nothing.
  return new Ledger({
    journal: withoutCodes(openJournal(snapshotFlash(directory).open('journal'))),
    crypto: portableCrypto(),
    domain: { chainId: 31337, verifyingContract: new Uint8Array(20) },
    privateKey: new Uint8Array(32).fill(1),
    imageHash: new Uint8Array(32),
  });
}

/** Reading needs no key either: the codes at the end of each value are passed over. */
const withoutCodes = (journal: Journal): Journal => ({
  ...journal,
  get: key => journal.get(key)?.slice(0, -CODE_BYTES),
});

/** The store's word on a direct command. `half` must never be: consumed, and neither on its way nor receipted. */
export function commandState(directory: string, hash: Uint8Array, sequence: number): CommandState {
  const ledger = ledgerIn(directory);
  const receipted = ledger.receiptFor(hash) !== undefined;
  const inFlight = ledger.inFlight();
  const onItsWay = inFlight !== undefined && equal(inFlight.envelopeHash, hash);
  if (ledger.position.sequence < sequence) return receipted || onItsWay ? 'half' : 'untouched';
  if (receipted === onItsWay) return 'half';
  return receipted ? 'receipted' : 'consumed, on its way';
}

/** The outcome that the newest stored receipt for a hash tells, whether it was ever sent or not. */
export const storedOutcome = (directory: string, hash: Uint8Array): string | undefined =>
  ledgerIn(directory).receiptFor(hash)?.receipt.outcome;

/** The image that the board starts next if it is left alone. Undefined when no boot record is whole. */
export const bootRecord = (directory: string): BootRecord | undefined =>
  new BootRecords(snapshotFlash(directory).open('boot')).read();

/** SHA-256, as hex, of so many bytes of a slot. */
export function slotHash(directory: string, slot: Slot, length: number): string {
  const file = readFileSync(partitionFile(directory, slot === 'A' ? 'slotA' : 'slotB'));
  return toHex(createHash('sha256').update(file.subarray(0, length)).digest());
}

/** The progress of the update to the image of this hash and this approval. */
export function updateState(directory: string, image: string, approval: Uint8Array): UpdateState {
  const record = bootRecord(directory);
  if (!record) throw new Error('no boot record is whole');
  const ledger = ledgerIn(directory);
  if (slotHash(directory, record.active, record.length) === image) {
    return ledger.receiptFor(approval) ? 'done' : 'confirmed, not receipted';
  }
  const other = record.active === 'A' ? 'B' : 'A';
  const { mark, length = 0 } = record.other ?? {};
  if ((mark === 'new' || mark === 'tried') && slotHash(directory, other, length) === image) {
    return mark === 'tried' ? 'started, not confirmed' : 'pending';
  }
  const progress = parseProgress(ledger.read(StoreKey.update));
  if (!progress || toHex(progress.offer.imageSha256) !== image) return 'not begun';
  return slotHash(directory, other, progress.offer.size) === image ? 'written, not pending' : 'downloading';
}

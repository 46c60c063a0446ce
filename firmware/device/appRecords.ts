/**
 * The records of an app, in a journal of their own: however often an app writes, it wears out none of the flash in
 * which the board keeps what it consumed and said. Each record has a code under a key of the identity, so that nobody
 * who writes the flash plants or mixes any. An older copy of the whole is not noticed.
 *
 * They belong to the owner under whom they came to be. Under another one they are erased, because they may hold whom a
 * lock lets in, or what a machine was told: neither is the next owner's to find, nor the former one's to leave behind.
 */

import type { Records } from '../app/records.js';
import { RecordKey } from '../app/records.js';
import { equal } from '../bytes/equal.js';
import { encodeText } from '../bytes/text.js';
import { hmacSha256 } from '../crypto/hmac.js';
import { AuthenticJournal } from '../ledger/authenticJournal.js';
import type { Crypto } from '../port/crypto.js';
import type { Entropy } from '../port/entropy.js';
import type { Partition } from '../port/flash.js';
import { openAnswer, sealAnswer } from '../seal/sharedSeal.js';
import { INDEXED_BYTES_MAX } from '../store/entry.js';
import { type Batch, type Journal, openJournal } from '../store/journal.js';

/** The flash of the records, the secret of their codes, and whose board it is. */
export interface AppRecordsOptions {
  crypto: Crypto;
  entropy: Entropy;
  partition(): Partition;
  /** 32 secret bytes of this board. */
  key: Uint8Array;
  /** 20 bytes: the owner as the board knows it now; zero before there is one. */
  owner(): Uint8Array;
  log(line: string): void;
}

/** Opens them on the first use, since most boards' memory is dearer than a look. */
export class AppRecords implements Records {
  readonly #options: AppRecordsOptions;
  #opened: Journal | undefined = undefined;

  constructor(options: AppRecordsOptions) {
    this.#options = options;
  }

  /** True when an app has used them and the board has another owner since: it must be started anew. */
  get isOthers(): boolean {
    return this.#opened !== undefined && isAnothers(this.#opened, this.#options.owner());
  }

  get(key: number): Uint8Array | undefined {
    return this.#journal.get(key);
  }

  put(entries: Batch): void {
    if (this.isOthers) throw new Error('the board has changed hands, and restarts');
    const owner = this.#options.owner();
    const noted = this.#journal.get(RecordKey.owner);
    // Records from before there was an owner become the first owner's with the first change under him.
    const isNoted = noted !== undefined && equal(noted, owner);
    this.#journal.put(isNoted || isZero(owner) ? entries : [...entries, [RecordKey.owner, owner]]);
  }

  seal(bytes: Uint8Array): Uint8Array {
    return sealAnswer(this.#options, keyFor('secret', this.#options), bytes);
  }

  open(sealed: Uint8Array): Uint8Array | undefined {
    const { crypto } = this.#options;
    return openAnswer(crypto, keyFor('secret', this.#options), sealed);
  }

  get #journal(): Journal {
    this.#opened ??= openRecords(this.#options);
    return this.#opened;
  }
}

const isZero = (address: Uint8Array): boolean => address.every(byte => byte === 0);

function isAnothers(journal: Journal, owner: Uint8Array): boolean {
  const noted = journal.get(RecordKey.owner);
  return noted !== undefined && !equal(noted, owner);
}

/** One key for the codes of records and another for what is sealed, both of the identity's. */
const keyFor = (use: 'app' | 'secret', { crypto, key }: AppRecordsOptions): Uint8Array =>
  hmacSha256(crypto, key, encodeText(use));

function openRecords(options: AppRecordsOptions): Journal {
  const { crypto, log, owner, partition: find } = options;
  const partition = beginningOf(find());
  const open = () =>
    new AuthenticJournal({
      journal: openJournal(partition),
      counter: { value: 0, advance: () => {} },
      crypto,
      key: keyFor('app', options),
      counts: () => false,
    });
  const journal = open();
  if (journal.state === 'lost') log('what the app kept cannot be read, and is erased');
  else if (isAnothers(journal, owner())) log('what the app kept was of another owner, and is erased');
  else return journal;
  eraseRecords(partition);
  return open();
}

/** As much of a partition as a journal can have. */
function beginningOf(partition: Partition): Partition {
  if (partition.size <= INDEXED_BYTES_MAX) return partition;
  const { sectorSize } = partition;
  return {
    size: INDEXED_BYTES_MAX,
    sectorSize,
    read: (offset, length) => partition.read(offset, length),
    write: (offset, bytes) => partition.write(offset, bytes),
    erase: offset => partition.erase(offset),
  };
}

/**
 * Erases what an app kept. From the end to the beginning, since the heads of both halves lie at their beginning: after a
 * cut in between, what is left still reads as lost, and is erased to the end.
 */
export function eraseRecords(partition: Partition): void {
  const { sectorSize, size } = partition;
  for (let at = size - sectorSize; at >= 0; at -= sectorSize) partition.erase(at);
}

/**
 * The ledger: the record of what a board has consumed and said. Every change is one atomic write of the journal, made before
 * the effect it belongs to, so that a power cut leaves either the state before or the state after.
 */

import { equal } from '../bytes/equal.js';
import { encodeRecord, type RecordField, RecordReader } from '../bytes/record.js';
import type { Domain } from '../contract/typedData.js';
import type { Crypto } from '../port/crypto.js';
import type { Journal } from '../store/journal.js';
import { STORED_RECEIPTS_MAX, StoreKey } from './keys.js';
import { type Outcome, type Receipt, receiptHash } from './receipt.js';
import type { PublishedReceipt } from './receiptWire.js';
import {
  type BlockSeen,
  type InFlight,
  inFlightFields,
  type Position,
  positionFields,
  type Ran,
  ranFields,
  readInFlight,
  readPosition,
  readRan,
  readStoredReceipt,
  type StoredReceipt,
  storedReceiptFields,
} from './records.js';

/** The part of a receipt that the ledger does not know by itself. */
export interface Statement {
  /** 32 bytes; the approval hash for an update. */
  envelopeHash: Uint8Array;
  /** The direct sequence, or 0: it tells a replay from an envelope that the board never saw. */
  sequence: number;
  outcome: Outcome;
  /** In the protocol's words, 32 bytes at most; empty when done. */
  code: string;
  /** CBOR; empty when there is none. */
  result: Uint8Array;
  block: BlockSeen;
}

/** One atomic change; a member that is left out stays as it is. */
export interface Change {
  /** Unix seconds. A birth begins the receipts anew: the counter of before says nothing about a new journal. */
  birth?: number;
  position?: Position;
  settled?: Position;
  ran?: readonly Ran[];
  inFlight?: InFlight | 'none';
  nonceCounters?: Uint8Array;
  floors?: Uint8Array;
  /** Further records that must change in the same instant; undefined erases one. */
  records?: readonly (readonly [key: number, record: Uint8Array | undefined])[];
  statement?: Statement;
}

/** The journal, and all that a receipt is signed with. */
export interface LedgerOptions {
  journal: Journal;
  crypto: Crypto;
  /** The chain and the board's Device, which its receipts are signed for. */
  domain: Domain;
  /** 32 bytes: the board's key, which signs receipts. */
  privateKey: Uint8Array;
  /** 32 bytes: SHA-256 of the running image. */
  imageHash: Uint8Array;
  /** The epoch that the board knows beside its journal, 0 if left out: one that lost it stays where it is heard. */
  epoch?: number;
}

/** The greatest size of one record. */
const RECORD_BYTES_MAX = 1024;

/** Bytes of an envelope's hash by which a stored receipt is found; the rest is compared in flash. */
const HASH_BEGINNING_BYTES = 4;

const zeroHash = (): Uint8Array => new Uint8Array(32);

type Entry = [key: number, record: Uint8Array | undefined];

/**
 * The record of what a board has consumed and said, over its journal.
 *
 * @example
 * const ledger = new Ledger({ journal, crypto, domain, privateKey, imageHash });
 * const receipt = ledger.commit({ position, inFlight: 'none', statement });
 */
export class Ledger {
  readonly #options: LedgerOptions;
  /** Unix seconds; undefined while a journal that was lost waits for its new birth. */
  birth: number | undefined;
  /** The last consumed link. */
  position: Position;
  /** The last consumed link that a final head confirmed. */
  settled: Position;
  /** Envelopes that ran after the settled link. */
  ran: readonly Ran[];
  /** True when the board entered its epoch in this boot. */
  epochIsNew = false;
  /** The code of receipts that have none of their own: what their reader must know of the board. */
  remark = '';
  /** Counter and hash (32 bytes) of the newest receipt; 0 and zero before the first. */
  receiptCounter = 0;
  receiptHead = zeroHash();
  /** The beginning of each stored receipt's envelope hash, by its place: a flood of old envelopes reads no flash. */
  readonly #hashes = new Uint8Array(STORED_RECEIPTS_MAX * HASH_BEGINNING_BYTES);

  /** Reads what the journal holds; a record that cannot be read counts as none. */
  constructor(options: LedgerOptions) {
    this.#options = options;
    this.birth = this.#read(StoreKey.birth, fields => fields.number());
    const positions = this.#read(StoreKey.position, fields => [
      readPosition(fields.list()),
      readPosition(fields.list()),
    ]);
    const origin = { epoch: options.epoch ?? 0, sequence: 0, head: zeroHash(), block: 0 };
    this.position = positions?.[0] ?? origin;
    this.settled = positions?.[1] ?? origin;
    this.ran = this.#read(StoreKey.executed, readRan) ?? [];
    const head = this.#read(StoreKey.receiptHead, fields => [fields.number(), fields.fixed(32)] as const);
    if (head) [this.receiptCounter, this.receiptHead] = head;
    for (let place = 0; place < STORED_RECEIPTS_MAX; place++) {
      const stored = this.#receiptIn(place);
      if (stored) this.#noteReceipt(place, stored.receipt.envelopeHash);
    }
  }

  /** The newest stored receipt of an envelope; undefined when none is stored, or not any more. */
  receiptFor(envelopeHash: Uint8Array): PublishedReceipt | undefined {
    let newest: PublishedReceipt | undefined;
    for (let place = 0; place < STORED_RECEIPTS_MAX; place++) {
      const at = place * HASH_BEGINNING_BYTES;
      let i = 0;
      while (i < HASH_BEGINNING_BYTES && this.#hashes[at + i] === envelopeHash[i]) i++;
      const stored = i === HASH_BEGINNING_BYTES ? this.#receiptIn(place) : undefined;
      if (!stored || !equal(stored.receipt.envelopeHash, envelopeHash)) continue;
      if (stored.receipt.counter > (newest?.receipt.counter ?? 0)) newest = stored;
    }
    return newest;
  }

  /** The stored receipts of that direct sequence, of whichever envelope; with 0, of what has none; of one outcome perhaps. */
  receiptsAt(sequence: number, outcome?: Outcome): PublishedReceipt[] {
    const found: PublishedReceipt[] = [];
    for (let place = 0; place < STORED_RECEIPTS_MAX; place++) {
      const stored = this.#receiptIn(place);
      if (stored?.sequence === sequence && (!outcome || stored.receipt.outcome === outcome))
        found.push(stored);
    }
    return found;
  }

  /**
   * Notes that a final head at `block` has no link after the settled one, so that links are looked for after that
   * block. It spares a wide question and nothing else, so it is only stored with the next change.
   */
  settledUntil(block: number): void {
    if (block > this.settled.block) this.settled = { ...this.settled, block };
  }

  /** The envelope that was about to run when the power failed; undefined when there was none. */
  inFlight(): InFlight | undefined {
    return this.#read(StoreKey.inFlight, readInFlight);
  }

  /** The record of a key as stored; undefined when there is none. */
  read(key: number): Uint8Array | undefined {
    return this.#options.journal.get(key);
  }

  /** The record of one key, for a room that does not know the keys. */
  kept(key: number): { load(): Uint8Array | undefined; save(record: Uint8Array | undefined): void } {
    return {
      load: () => this.read(key),
      save: record => void this.commit({ records: [[key, record]] }),
    };
  }

  /** Writes the change in one piece, durable on return; returns the signed receipt when there was a statement. */
  commit(change: Change): PublishedReceipt | undefined {
    const { crypto, domain, journal, privateKey } = this.#options;
    const entries = this.#entriesOf(change);
    const { statement } = change;
    let made: { published: PublishedReceipt; hash: Uint8Array } | undefined;
    if (statement) {
      const receipt = this.#receiptOf(statement, change.birth);
      const hash = receiptHash(crypto, domain, receipt);
      const published = { receipt, signature: crypto.sign(hash, privateKey), result: statement.result };
      const stored: StoredReceipt = { ...published, sequence: statement.sequence };
      const place = StoreKey.receipts + (receipt.counter % STORED_RECEIPTS_MAX);
      entries.push([place, encodeRecord(storedReceiptFields(stored))]);
      entries.push([StoreKey.receiptHead, encodeRecord([receipt.counter, hash])]);
      made = { published, hash };
    }
    journal.put(entries);

    // Memory follows flash, never the other way round: a cut above leaves both as they were.
    if (change.birth !== undefined) {
      this.birth = change.birth;
      this.receiptCounter = 0;
      this.receiptHead = zeroHash();
    }
    if (change.position && change.position.epoch !== this.position.epoch) this.epochIsNew = true;
    this.position = change.position ?? this.position;
    this.settled = change.settled ?? this.settled;
    this.ran = change.ran ?? this.ran;
    if (!made) return undefined;
    const { counter, envelopeHash } = made.published.receipt;
    this.#noteReceipt(counter % STORED_RECEIPTS_MAX, envelopeHash);
    this.receiptCounter = counter;
    this.receiptHead = made.hash;
    return made.published;
  }

  #entriesOf(change: Change): Entry[] {
    const { birth, floors, inFlight, nonceCounters, position, ran, records, settled } = change;
    const entries: Entry[] = [];
    const put = (key: number, fields: readonly RecordField[]) => entries.push([key, encodeRecord(fields)]);
    if (birth !== undefined) {
      put(StoreKey.birth, [birth]);
      if (!change.statement) put(StoreKey.receiptHead, [0, zeroHash()]);
    }
    if (position || settled) {
      const pair = [position ?? this.position, settled ?? this.settled];
      put(StoreKey.position, pair.map(positionFields));
    }
    if (ran) put(StoreKey.executed, ranFields(ran));
    if (inFlight === 'none') entries.push([StoreKey.inFlight, undefined]);
    else if (inFlight) put(StoreKey.inFlight, inFlightFields(inFlight));
    if (nonceCounters) entries.push([StoreKey.nonceCounters, nonceCounters]);
    if (floors) entries.push([StoreKey.floors, floors]);
    for (const [key, record] of records ?? []) entries.push([key, record]);
    return entries;
  }

  #receiptOf(statement: Statement, birth: number | undefined): Receipt {
    const { crypto, imageHash } = this.#options;
    const { block, code, envelopeHash, outcome, result } = statement;
    return {
      storeBirth: birth ?? this.birth ?? 0,
      counter: (birth === undefined ? this.receiptCounter : 0) + 1,
      previous: birth === undefined ? this.receiptHead : zeroHash(),
      envelopeHash,
      outcome,
      code: code || this.remark,
      resultHash: result.length > 0 ? crypto.keccak256(result) : zeroHash(),
      imageHash,
      blockNumber: block.number,
      blockHash: block.hash,
    };
  }

  #receiptIn(place: number): StoredReceipt | undefined {
    return this.#read(StoreKey.receipts + place, readStoredReceipt);
  }

  #noteReceipt(place: number, envelopeHash: Uint8Array): void {
    for (let i = 0; i < HASH_BEGINNING_BYTES; i++)
      this.#hashes[place * HASH_BEGINNING_BYTES + i] = envelopeHash[i];
  }

  #read<T>(key: number, parse: (fields: RecordReader) => T): T | undefined {
    const bytes = this.#options.journal.get(key);
    if (!bytes) return undefined;
    const fields = new RecordReader(bytes, RECORD_BYTES_MAX);
    const value = parse(fields);
    return fields.ok ? value : undefined;
  }
}

/**
 * The ledger: what a board has consumed and said. Every change is one atomic write of the journal, made before
 * the effect it belongs to, so that a power cut leaves either the state before or the state after.
 */

import { equal } from '../bytes/equal.js';
import { encodeRecord, type RecordField, RecordReader } from '../bytes/record.js';
import type { Domain } from '../contract/typedData.js';
import type { Crypto } from '../port/crypto.js';
import type { Journal } from '../store/journal.js';
import { STORED_RECEIPTS_MAX, StoreKey } from './keys.js';
import { type Outcome, type Receipt, receiptHash } from './receipt.js';
import { type PublishedReceipt, readReceipt, receiptFields } from './receiptWire.js';

/** A place in a device's chain of links. */
export interface Position {
  epoch: number;
  sequence: number;
  /** 32 bytes. */
  head: Uint8Array;
  /** A block at which this was the device's newest link: later links lie after it. */
  block: number;
  /** Level of header trust of the head that said so; 1 if left out. */
  level?: number;
}

/** An envelope that ran on a head which may still be taken back. */
export interface Ran {
  sequence: number;
  envelopeHash: Uint8Array;
  /** The head that its link made. */
  head: Uint8Array;
  /** The chain took it back and it was receipted so; it must not run again all the same. */
  reorged: boolean;
}

/** How many envelopes may run before a finalized head confirms them. */
export const RAN_ENVELOPES_MAX = 8;

/** What a receipt says beyond what the ledger knows by itself. */
export interface Statement {
  envelopeHash: Uint8Array;
  /** Sequence or nonce, for telling a replay from a stranger. */
  sequence: number;
  outcome: Outcome;
  code: string;
  result: Uint8Array;
  block: { number: number; hash: Uint8Array };
}

/** An envelope on its way to its effect: as written before it runs. */
export interface InFlight {
  envelopeHash: Uint8Array;
  sequence: number;
  action: string;
  params: Uint8Array;
  block: { number: number; hash: Uint8Array };
}

/** One atomic change; what is left out stays. */
export interface Change {
  birth?: number;
  position?: Position;
  settled?: Position;
  ran?: readonly Ran[];
  inFlight?: InFlight | 'none';
  nonceCounters?: Uint8Array;
  floors?: Uint8Array;
  /** Further records that must change in the same instant. */
  records?: readonly (readonly [number, Uint8Array | undefined])[];
  statement?: Statement;
}

const ZERO = (): Uint8Array => new Uint8Array(32);
const positionFields = (position: Position): RecordField[] => [
  position.epoch,
  position.sequence,
  position.head,
  position.block,
  position.level ?? 1,
];
const readPosition = (reader: RecordReader): Position => ({
  epoch: reader.number(),
  sequence: reader.number(),
  head: reader.fixed(32),
  block: reader.number(),
  level: reader.number(4),
});

export class Ledger {
  readonly #journal: Journal;
  readonly #crypto: Crypto;
  readonly #domain: Domain;
  readonly #privateKey: Uint8Array;
  readonly #imageHash: Uint8Array;
  /** Undefined while a store that was lost waits for its new birth. */
  birth: number | undefined;
  position: Position;
  settled: Position;
  ran: readonly Ran[];
  /** Whether the epoch was entered in this boot. */
  epochIsNew = false;
  receiptCounter = 0;
  receiptHead = ZERO();

  constructor(options: {
    journal: Journal;
    crypto: Crypto;
    domain: Domain;
    privateKey: Uint8Array;
    imageHash: Uint8Array;
  }) {
    this.#journal = options.journal;
    this.#crypto = options.crypto;
    this.#domain = options.domain;
    this.#privateKey = options.privateKey;
    this.#imageHash = options.imageHash;

    const birth = this.#read(StoreKey.birth, reader => reader.number());
    this.birth = birth;
    const positions = this.#read(StoreKey.position, reader => [
      readPosition(reader.list()),
      readPosition(reader.list()),
    ]);
    const origin = { epoch: 0, sequence: 0, head: ZERO(), block: 0 };
    this.position = positions?.[0] ?? origin;
    this.settled = positions?.[1] ?? origin;
    this.ran = this.#read(StoreKey.executed, readRan) ?? [];
    const head = this.#read(StoreKey.receiptHead, reader => [reader.number(), reader.fixed(32)] as const);
    if (head) [this.receiptCounter, this.receiptHead] = head;
  }

  /** The newest stored receipt for an envelope, with its sequence; undefined when there is none (any more). */
  receiptFor(envelopeHash: Uint8Array): PublishedReceipt | undefined {
    let newest: PublishedReceipt | undefined;
    for (const stored of this.#receipts()) {
      const { counter, envelopeHash: other } = stored.receipt;
      if (equal(other, envelopeHash) && counter > (newest?.receipt.counter ?? 0)) newest = stored;
    }
    return newest;
  }

  /** Whether a receipt for that direct sequence is stored, whatever envelope it was. */
  hasReceiptAt(sequence: number): boolean {
    for (const stored of this.#receipts()) if (stored.sequence === sequence) return true;
    return false;
  }

  /**
   * A final head at `block` shows that nothing was linked since the settled position: links are to be looked for after
   * it. Only remembered, since it saves nothing but a wider question; it is stored with the next change.
   */
  settledUntil(block: number): void {
    if (block > this.settled.block) this.settled = { ...this.settled, block };
  }

  /** What was about to run when the power went. */
  inFlight(): InFlight | undefined {
    return this.#read(StoreKey.inFlight, reader => ({
      envelopeHash: reader.fixed(32),
      sequence: reader.number(),
      action: reader.text(64),
      params: reader.bytes(512),
      block: { number: reader.number(), hash: reader.fixed(32) },
    }));
  }

  read(key: number): Uint8Array | undefined {
    return this.#journal.get(key);
  }

  /** The record of one key for a room that does not know the keys. */
  kept(key: number): { load(): Uint8Array | undefined; save(record: Uint8Array | undefined): void } {
    return {
      load: () => this.read(key),
      save: record => void this.commit({ records: [[key, record]] }),
    };
  }

  /** Writes the change in one piece; returns the receipt when it made one. */
  commit(change: Change): PublishedReceipt | undefined {
    const entries: [number, Uint8Array | undefined][] = [];
    const put = (key: number, fields: readonly RecordField[]) => entries.push([key, encodeRecord(fields)]);
    if (change.birth !== undefined) put(StoreKey.birth, [change.birth]);
    if (change.position || change.settled) {
      put(StoreKey.position, [
        positionFields(change.position ?? this.position),
        positionFields(change.settled ?? this.settled),
      ]);
    }
    if (change.ran) {
      put(
        StoreKey.executed,
        change.ran.map(ran => [ran.sequence, ran.envelopeHash, ran.head, ran.reorged ? 1 : 0]),
      );
    }
    if (change.inFlight === 'none') entries.push([StoreKey.inFlight, undefined]);
    else if (change.inFlight) {
      const { action, block, envelopeHash, params, sequence } = change.inFlight;
      put(StoreKey.inFlight, [envelopeHash, sequence, action, params, block.number, block.hash]);
    }
    if (change.nonceCounters) entries.push([StoreKey.nonceCounters, change.nonceCounters]);
    if (change.floors) entries.push([StoreKey.floors, change.floors]);
    for (const [key, bytes] of change.records ?? []) entries.push([key, bytes]);

    const made = change.statement && this.#state(change.statement, change.birth);
    if (made && change.statement) {
      put(StoreKey.receipts + (made.receipt.counter % STORED_RECEIPTS_MAX), [
        change.statement.sequence,
        receiptFields(made),
        made.result,
      ]);
      put(StoreKey.receiptHead, [
        made.receipt.counter,
        receiptHash(this.#crypto, this.#domain, made.receipt),
      ]);
    }
    this.#journal.put(entries);

    // Memory follows flash, never the other way round: a cut above leaves both as they were.
    this.birth = change.birth ?? this.birth;
    if (change.position && change.position.epoch !== this.position.epoch) this.epochIsNew = true;
    this.position = change.position ?? this.position;
    this.settled = change.settled ?? this.settled;
    this.ran = change.ran ?? this.ran;
    if (made) {
      this.receiptCounter = made.receipt.counter;
      this.receiptHead = receiptHash(this.#crypto, this.#domain, made.receipt);
    }
    return made;
  }

  #state(statement: Statement, birth: number | undefined): PublishedReceipt {
    const receipt: Receipt = {
      storeBirth: birth ?? this.birth ?? 0,
      counter: this.receiptCounter + 1,
      previous: this.receiptHead,
      envelopeHash: statement.envelopeHash,
      outcome: statement.outcome,
      code: statement.code,
      resultHash: statement.result.length > 0 ? this.#crypto.keccak256(statement.result) : ZERO(),
      imageHash: this.#imageHash,
      blockNumber: statement.block.number,
      blockHash: statement.block.hash,
    };
    const signature = this.#crypto.sign(receiptHash(this.#crypto, this.#domain, receipt), this.#privateKey);
    return { receipt, signature, result: statement.result };
  }

  *#receipts(): Generator<PublishedReceipt & { sequence: number }> {
    for (let i = 0; i < STORED_RECEIPTS_MAX; i++) {
      const stored = this.#read(StoreKey.receipts + i, reader => {
        const sequence = reader.number();
        return { sequence, ...readReceipt(reader.list()), result: reader.bytes(512) };
      });
      if (stored) yield stored;
    }
  }

  #read<T>(key: number, parse: (reader: RecordReader) => T): T | undefined {
    const bytes = this.#journal.get(key);
    if (!bytes) return undefined;
    const reader = new RecordReader(bytes, 1024);
    const value = parse(reader);
    return reader.ok ? value : undefined;
  }
}

function readRan(reader: RecordReader): Ran[] {
  const all: Ran[] = [];
  while (reader.more && all.length < RAN_ENVELOPES_MAX) {
    const ran = reader.list();
    all.push({
      sequence: ran.number(),
      envelopeHash: ran.fixed(32),
      head: ran.fixed(32),
      reorged: ran.number(1) === 1,
    });
  }
  return all;
}

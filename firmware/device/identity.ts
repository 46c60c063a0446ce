/**
 * Who a board is: its key, the address it was born with, and what it was told to trust: two records that name each
 * other by hash and are written in one piece, so that none of them can be lost without the others. Beside them,
 * where to connect, which is no matter of trust.
 */

import { equal } from '../bytes/equal.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import type { Crypto } from '../port/crypto.js';
import type { Entropy } from '../port/entropy.js';
import type { Flash } from '../port/flash.js';
import { type Batch, type Journal, openJournal } from '../store/journal.js';
import { parseConfiguration, type TrustConfiguration } from '../trust/configuration.js';

/** Where messages and images come from. Any path will do: it can only delay. */
export interface Connections {
  /** `mqtt://host:port` or `mqtts://…`. */
  broker: string;
  /** Base URLs of image servers. */
  images: readonly string[];
}

/** The possession proof that the board signed last. */
export interface SignedPossession {
  /** Unix seconds. */
  deadline: number;
  owner: Uint8Array;
  fleet: Uint8Array;
  channel: Uint8Array;
  signature: Uint8Array;
}

const IDENTITY = 1;
const CONNECTIONS = 2;
const CONFIGURATION = 3;
const JOURNAL_KEY = 4;
/** Beside the configuration, which is as long as a record may be. */
const IDENTITY_BYTES_MAX = 512;

export class Identity {
  readonly #crypto: Crypto;
  readonly #record: Journal;
  readonly privateKey: Uint8Array;
  /** The address of the first key: it decides the Device's address for ever. */
  readonly originalAddress: Uint8Array;
  #configuration = new Uint8Array(0);
  #possession: SignedPossession | undefined;

  private constructor(crypto: Crypto, record: Journal, privateKey: Uint8Array, originalAddress: Uint8Array) {
    this.#crypto = crypto;
    this.#record = record;
    this.privateKey = privateKey;
    this.originalAddress = originalAddress;
  }

  /**
   * Opens the stored identity or, on a blank board, makes one; `onMade` is told the key of its journal before anything
   * of it is stored. Undefined when the record cannot be read: such a board is nobody until a person at the console
   * lets it forget who it was.
   */
  static open(options: {
    crypto: Crypto;
    entropy: Entropy;
    flash: Flash;
    onMade(journalKey: Uint8Array): void;
  }): Identity | undefined {
    const { crypto, entropy, flash } = options;
    const record = openJournal(flash.open('identity'));
    const stored = record.get(IDENTITY);
    if (stored) return Identity.#restore(crypto, record, stored);
    if (record.state !== 'blank') return undefined;
    const privateKey = new Uint8Array(32);
    let address: Uint8Array | undefined;
    while (!address) {
      entropy.fill(privateKey);
      address = crypto.addressOf(privateKey);
    }
    const journalKey = new Uint8Array(32);
    entropy.fill(journalKey);
    options.onMade(journalKey);
    const identity = new Identity(crypto, record, privateKey, address);
    identity.#save(identity.#configuration, undefined, [[JOURNAL_KEY, encodeRecord([journalKey, 1])]]);
    return identity;
  }

  static #restore(crypto: Crypto, record: Journal, bytes: Uint8Array): Identity | undefined {
    const reader = new RecordReader(bytes, IDENTITY_BYTES_MAX);
    const identity = new Identity(crypto, record, reader.fixed(32), reader.fixed(20));
    const configurationHash = reader.fixed(32);
    identity.#configuration = (record.get(CONFIGURATION) ?? new Uint8Array(0)) as Uint8Array<ArrayBuffer>;
    if (!equal(identity.configurationHash, configurationHash)) return undefined;
    const possession = reader.list();
    if (possession.more) {
      identity.#possession = {
        deadline: possession.number(),
        owner: possession.fixed(20),
        fleet: possession.fixed(20),
        channel: possession.fixed(20),
        signature: possession.fixed(65),
      };
    }
    return reader.end() && possession.end() ? identity : undefined;
  }

  /** The address of the key in use. */
  get address(): Uint8Array {
    return this.#crypto.addressOf(this.privateKey)!;
  }

  get configuration(): TrustConfiguration | undefined {
    const parsed = parseConfiguration(this.#configuration);
    return parsed.verdict === 'accepted' ? parsed.value : undefined;
  }

  /** Hash of the trust configuration, zero before there is one. */
  get configurationHash(): Uint8Array {
    return this.#configuration.length > 0 ? this.#crypto.keccak256(this.#configuration) : new Uint8Array(32);
  }

  get possession(): SignedPossession | undefined {
    return this.#possession;
  }

  get connections(): Connections | undefined {
    const bytes = this.#record.get(CONNECTIONS);
    if (!bytes) return undefined;
    const reader = new RecordReader(bytes, 1024);
    const broker = reader.text(200);
    const images: string[] = [];
    for (const list = reader.list(); list.more; ) images.push(list.text(200));
    return reader.end() ? { broker, images } : undefined;
  }

  configure(configuration: Uint8Array): void {
    this.#save(configuration, this.#possession);
    this.#configuration = configuration as Uint8Array<ArrayBuffer>;
  }

  connect(connections: Connections): void {
    this.#record.put([[CONNECTIONS, encodeRecord([connections.broker, connections.images])]]);
  }

  /**
   * The secret of the journal's codes, 32 bytes, and whether the journal has its codes. A board of before there were
   * codes makes the key here, and adopts its journal as it is.
   */
  journalKey(entropy: Entropy): { key: Uint8Array; adopted: boolean } {
    const bytes = this.#record.get(JOURNAL_KEY);
    const reader = bytes && new RecordReader(bytes, 64);
    const stored = reader && { key: reader.fixed(32), adopted: reader.number(1) === 1 };
    if (stored && reader.end()) return stored;
    const key = new Uint8Array(32);
    entropy.fill(key);
    this.#record.put([[JOURNAL_KEY, encodeRecord([key, 0])]]);
    return { key, adopted: false };
  }

  /** The journal has its codes: from now on it is believed by nothing else. */
  adoptJournal(): void {
    const reader = new RecordReader(this.#record.get(JOURNAL_KEY)!, 64);
    this.#record.put([[JOURNAL_KEY, encodeRecord([reader.fixed(32), 1])]]);
  }

  /** Persisted before the proof leaves the board. */
  possess(possession: SignedPossession): void {
    this.#save(this.#configuration, possession);
    this.#possession = possession;
  }

  #save(configuration: Uint8Array, possession: SignedPossession | undefined, more: Batch = []): void {
    const { channel, deadline, fleet, owner, signature } = possession ?? {};
    const proof = deadline === undefined ? [] : [deadline, owner!, fleet!, channel!, signature!];
    const hash = configuration.length > 0 ? this.#crypto.keccak256(configuration) : new Uint8Array(32);
    this.#record.put([
      [CONFIGURATION, configuration.length > 0 ? configuration : undefined],
      [IDENTITY, encodeRecord([this.privateKey, this.originalAddress, hash, proof])],
      ...more,
    ]);
  }
}

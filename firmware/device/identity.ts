/**
 * The identity of a board: its key, the address of its first key, and its trust configuration. Key and configuration
 * are two records that name each other by hash and are written in one piece, so that neither can be lost without the
 * other. Beside them lie owner, epoch and channel as the board knows them, and the connections, which trust does not
 * depend on.
 */

import { equal } from '../bytes/equal.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import { encodeOwnership, type KeptOwnership, type Ownership, parseOwnership } from '../ledger/ownership.js';
import type { Crypto } from '../port/crypto.js';
import type { Entropy } from '../port/entropy.js';
import type { Flash } from '../port/flash.js';
import { type KeyPair, newKey } from '../seal/sealed.js';
import { type Batch, type Journal, openJournal } from '../store/journal.js';
import { parseConfiguration, type TrustConfiguration } from '../trust/configuration.js';
import { encodeLine, type Line, parseLine } from '../update/progress.js';
import { type BrokerAccess, encodeAccess, openAccess, parseAccess } from './brokerAccess.js';
import { type Connections, encodeConnections, parseConnections } from './connections.js';
import { encodeSealingKey, parseSealingKey } from './sealingKey.js';

/** The possession proof that the board signed last. Addresses are 20 bytes. */
export interface SignedPossession {
  /** Unix seconds. */
  deadline: number;
  owner: Uint8Array;
  fleet: Uint8Array;
  channel: Uint8Array;
  /** 65 bytes. */
  signature: Uint8Array;
}

/** The flash and the ports that an identity is opened with. */
export interface IdentityOptions {
  crypto: Crypto;
  entropy: Entropy;
  flash: Flash;
  /** Told the secret of the journal's codes (32 bytes) of a new identity, before any of the identity is stored. */
  onMade(journalKey: Uint8Array): void;
}

/** Keys of the records in the partition `identity`. Fixed for ever. */
const IDENTITY = 1;
const CONNECTIONS = 2;
const CONFIGURATION = 3;
const JOURNAL_KEY = 4;
const ACCESS = 5;
const SEALING_KEY = 6;
const PROVER_KEY = 7;
const OWNERSHIP = 8;
const LINE = 9;
const LOCK = 10;
/** The configuration has a record of its own, because it may be as long as one record can be. */
const IDENTITY_BYTES_MAX = 512;
const JOURNAL_KEY_BYTES_MAX = 64;

/** The stored identity of one board; every change is durable before it returns. */
export class Identity implements KeptOwnership {
  readonly #crypto: Crypto;
  readonly #record: Journal;
  /** 32 bytes. A secret: never in a log or an answer. */
  readonly privateKey: Uint8Array;
  /** 20 bytes: the address of the first key, which decides the Device's address for ever. */
  readonly originalAddress: Uint8Array;
  #address: Uint8Array | undefined;
  /** The configuration as stored, empty before there is one, with its value once it was parsed. */
  #configuration = new Uint8Array(0);
  #parsed: TrustConfiguration | undefined;
  #ownership: Ownership | undefined;
  #possession: SignedPossession | undefined;
  #sealing: { epoch: number; keys: KeyPair } | undefined;

  private constructor(crypto: Crypto, record: Journal, privateKey: Uint8Array, originalAddress: Uint8Array) {
    this.#crypto = crypto;
    this.#record = record;
    this.privateKey = privateKey;
    this.originalAddress = originalAddress;
  }

  /**
   * Opens the stored identity; on a blank board, makes one. Undefined when the record cannot be read: such a board obeys
   * nobody until a person at the console erases it.
   */
  static open(options: IdentityOptions): Identity | undefined {
    const { crypto, flash } = options;
    const record = openJournal(flash.open('identity'));
    const stored = record.get(IDENTITY);
    if (stored) return Identity.#restore(crypto, record, stored);
    return record.state === 'blank' ? Identity.#make(options, record) : undefined;
  }

  static #make({ crypto, entropy, onMade }: IdentityOptions, record: Journal): Identity {
    const privateKey = new Uint8Array(32);
    let address: Uint8Array | undefined;
    while (!address) {
      entropy.fill(privateKey);
      address = crypto.addressOf(privateKey);
    }
    const journalKey = new Uint8Array(32);
    entropy.fill(journalKey);
    onMade(journalKey);
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

  /** 20 bytes: the address of the key in use. */
  get address(): Uint8Array {
    this.#address ??= this.#crypto.addressOf(this.privateKey)!;
    return this.#address;
  }

  /** True while the board is locked, because it was reported stolen. */
  get locked(): boolean {
    return this.#record.get(LOCK) !== undefined;
  }

  /** Durable when it returns. */
  set locked(locked: boolean) {
    if (locked !== this.locked) this.#record.put([[LOCK, locked ? Uint8Array.of(1) : undefined]]);
  }

  /** The trust configuration; undefined before there is one, and when this firmware refuses the stored one. */
  get configuration(): TrustConfiguration | undefined {
    if (!this.#parsed && this.#configuration.length > 0) {
      const parsed = parseConfiguration(this.#configuration);
      if (parsed.verdict === 'accepted') this.#parsed = parsed.value;
    }
    return this.#parsed;
  }

  /** The trust configuration as encoded; empty before there is one. */
  get encodedConfiguration(): Uint8Array {
    return this.#configuration;
  }

  /** 32 bytes: the hash of the trust configuration; zero before there is one. */
  get configurationHash(): Uint8Array {
    return this.#hashOf(this.#configuration);
  }

  /** The possession proof that was signed last; undefined before the first. */
  get possession(): SignedPossession | undefined {
    return this.#possession;
  }

  /** The owner and the epoch as the board knows them; the zero address before the first possession proof. */
  get ownership(): Ownership {
    this.#ownership ??= parseOwnership(this.#record.get(OWNERSHIP)) ?? {
      // As firmware left it that knew the owner by its proof alone.
      owner: this.#possession?.owner ?? new Uint8Array(20),
      epoch: 0,
      since: 0,
    };
    return this.#ownership;
  }

  /** Notes an epoch of the same owner, durable on return. */
  enterEpoch(epoch: number): void {
    if (epoch === this.ownership.epoch) return;
    const ownership = { ...this.ownership, epoch };
    this.#record.put([[OWNERSHIP, encodeOwnership(ownership)]]);
    this.#ownership = ownership;
  }

  /** The channel that the board's images come from, and the security floor in force; undefined while none is known. */
  get line(): Line | undefined {
    return parseLine(this.#record.get(LINE));
  }

  /** Durable when it returns. */
  set line(line: Line) {
    this.#record.put([[LINE, encodeLine(line)]]);
  }

  /** Undefined before the first `connect`. */
  get connections(): Connections | undefined {
    const connections = parseConnections(this.#record.get(CONNECTIONS));
    const proverKey = this.#record.get(PROVER_KEY);
    return connections && proverKey ? { ...connections, proverKey } : connections;
  }

  /** Stores an encoded trust configuration, durable on return. The caller has checked it and may write it. */
  configure(configuration: Uint8Array): void {
    this.#save(configuration, this.#possession);
    this.#configuration = configuration as Uint8Array<ArrayBuffer>;
    this.#parsed = undefined;
  }

  /** Adopts another encoded configuration with the owner who gave it, in one write, durable on return. */
  adoptTrust(configuration: Uint8Array, ownership: Ownership): void {
    this.#save(configuration, this.#possession, [[OWNERSHIP, encodeOwnership(ownership)]]);
    this.#configuration = configuration as Uint8Array<ArrayBuffer>;
    this.#parsed = undefined;
    this.#ownership = ownership;
  }

  /** The board's access to its broker; open to all who know its Device before it was told anything else. */
  get access(): BrokerAccess {
    const bytes = this.#record.get(ACCESS);
    return (bytes && parseAccess(bytes)) ?? openAccess();
  }

  /** Stores connections, and access if given, in one write, durable on return. The caller has checked them. */
  connect(connections: Connections, access?: BrokerAccess): void {
    this.#record.put([
      [CONNECTIONS, encodeConnections(connections)],
      [PROVER_KEY, connections.proverKey],
      ...(access ? ([[ACCESS, encodeAccess(access)]] as const) : []),
    ]);
  }

  /**
   * The key pair for envelopes of an epoch. The first question of an epoch makes and stores it, and the same write
   * drops that of the epoch before: what was sealed to it is void, and nobody who takes the board later can open it.
   */
  sealingKeys(epoch: number, entropy: Entropy): KeyPair {
    if (this.#sealing?.epoch === epoch) return this.#sealing.keys;
    const stored = parseSealingKey(this.#crypto, this.#record.get(SEALING_KEY));
    const keys = stored?.epoch === epoch ? stored.keys : newKey(this.#crypto, entropy);
    if (keys !== stored?.keys) this.#record.put([[SEALING_KEY, encodeSealingKey(epoch, keys)]]);
    this.#sealing = { epoch, keys };
    return keys;
  }

  /**
   * Stores a possession proof, with the owner and the channel that it names, in one write, durable on return: to be
   * called before the proof leaves the board.
   */
  possess(possession: SignedPossession): void {
    const ownership = { owner: possession.owner, epoch: 0, since: 0 };
    this.#save(this.#configuration, possession, [
      [OWNERSHIP, encodeOwnership(ownership)],
      [LINE, encodeLine({ channel: possession.channel, floor: 0 })],
    ]);
    this.#possession = possession;
    this.#ownership = ownership;
  }

  /**
   * The secret of the journal's codes (32 bytes); `adopted` is true once the journal has its codes. A board from before
   * there were codes makes the secret here, and then adopts its journal as it is.
   */
  journalKey(entropy: Entropy): { key: Uint8Array; adopted: boolean } {
    const bytes = this.#record.get(JOURNAL_KEY);
    const reader = bytes && new RecordReader(bytes, JOURNAL_KEY_BYTES_MAX);
    const stored = reader && { key: reader.fixed(32), adopted: reader.number(1) === 1 };
    if (stored && reader.end()) return stored;
    const key = new Uint8Array(32);
    entropy.fill(key);
    this.#record.put([[JOURNAL_KEY, encodeRecord([key, 0])]]);
    return { key, adopted: false };
  }

  /** Notes that the journal has its codes: a journal without them is a lost one from now on. */
  adoptJournal(): void {
    const reader = new RecordReader(this.#record.get(JOURNAL_KEY)!, JOURNAL_KEY_BYTES_MAX);
    this.#record.put([[JOURNAL_KEY, encodeRecord([reader.fixed(32), 1])]]);
  }

  #save(configuration: Uint8Array, possession: SignedPossession | undefined, more: Batch = []): void {
    const { channel, deadline, fleet, owner, signature } = possession ?? {};
    const proof = deadline === undefined ? [] : [deadline, owner!, fleet!, channel!, signature!];
    this.#record.put([
      [CONFIGURATION, configuration.length > 0 ? configuration : undefined],
      [IDENTITY, encodeRecord([this.privateKey, this.originalAddress, this.#hashOf(configuration), proof])],
      ...more,
    ]);
  }

  #hashOf(configuration: Uint8Array): Uint8Array {
    return configuration.length > 0 ? this.#crypto.keccak256(configuration) : new Uint8Array(32);
  }
}

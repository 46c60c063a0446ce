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
import type { BrokerAccess } from './brokerAccess.js';
import { type Connections, readAccess, readConnections, writeConnections } from './connections.js';
import { IdentityKey, withoutApps } from './identityKeys.js';
import { encodeJournalKey, type JournalKey, parseJournalKey } from './journalKey.js';
import { possessionFields, readPossession, type SignedPossession } from './possession.js';
import { encodeSealingKey, parseSealingKey } from './sealingKey.js';

/** The flash and the ports that an identity is opened with. */
export interface IdentityOptions {
  crypto: Crypto;
  entropy: Entropy;
  flash: Flash;
  /** Told the secret of the journal's codes (32 bytes) of a new identity, before any of the identity is stored. */
  onMade(journalKey: Uint8Array): void;
}

/** The configuration has a record of its own, because it may be as long as one record can be. */
const IDENTITY_BYTES_MAX = 512;

/** The stored identity of one board; every change is durable before it returns. */
export class Identity implements KeptOwnership {
  readonly #crypto: Crypto;
  readonly #record: Journal;
  #privateKey: Uint8Array;
  /** 20 bytes: the address of the first key, which decides the Device's address for ever. */
  readonly originalAddress: Uint8Array;
  #address: Uint8Array | undefined = undefined;
  /** The configuration as stored, empty before there is one, with its value once it was parsed. */
  #configuration = new Uint8Array(0);
  #parsed: TrustConfiguration | undefined = undefined;
  #ownership: Ownership | undefined = undefined;
  #possession: SignedPossession | undefined = undefined;
  #sealing: { epoch: number; keys: KeyPair } | undefined = undefined;

  private constructor(crypto: Crypto, record: Journal, privateKey: Uint8Array, originalAddress: Uint8Array) {
    this.#crypto = crypto;
    this.#record = record;
    this.#privateKey = privateKey;
    this.originalAddress = originalAddress;
  }

  /**
   * Opens the stored identity; on a blank board, makes one. Undefined when the record cannot be read: such a board obeys
   * nobody until a person at the console erases it.
   */
  static open(options: IdentityOptions): Identity | undefined {
    const { crypto, flash } = options;
    const record = openJournal(flash.open('identity'));
    const stored = record.get(IdentityKey.identity);
    if (stored) return Identity.#restore(crypto, record, stored);
    return record.state === 'blank' ? Identity.#make(options, record) : undefined;
  }

  static #make({ crypto, entropy, onMade }: IdentityOptions, record: Journal): Identity {
    const { privateKey } = newKey(crypto, entropy);
    const address = crypto.addressOf(privateKey)!;
    const journalKey = new Uint8Array(32);
    entropy.fill(journalKey);
    onMade(journalKey);
    const identity = new Identity(crypto, record, privateKey, address);
    identity.#save(identity.#configuration, undefined, [
      [IdentityKey.journalKey, encodeJournalKey({ key: journalKey, adopted: true })],
    ]);
    return identity;
  }

  static #restore(crypto: Crypto, record: Journal, bytes: Uint8Array): Identity | undefined {
    const reader = new RecordReader(bytes, IDENTITY_BYTES_MAX);
    const identity = new Identity(crypto, record, reader.fixed(32), reader.fixed(20));
    const configurationHash = reader.fixed(32);
    identity.#configuration = (record.get(IdentityKey.configuration) ??
      new Uint8Array(0)) as Uint8Array<ArrayBuffer>;
    if (!equal(identity.configurationHash, configurationHash)) return undefined;
    const possession = reader.list();
    identity.#possession = readPossession(possession);
    return reader.end() && possession.end() ? identity : undefined;
  }

  /** 32 bytes. A secret: never in a log or an answer. */
  get privateKey(): Uint8Array {
    return this.#privateKey;
  }

  /** 20 bytes: the address of the key in use. */
  get address(): Uint8Array {
    this.#address ??= this.#crypto.addressOf(this.privateKey)!;
    return this.#address;
  }

  /** True while the board is locked, because it was reported stolen. */
  get locked(): boolean {
    return this.#record.get(IdentityKey.lock) !== undefined;
  }

  /** Durable when it returns. */
  set locked(locked: boolean) {
    if (locked !== this.locked) this.#record.put([[IdentityKey.lock, locked ? Uint8Array.of(1) : undefined]]);
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
    this.#ownership ??= parseOwnership(this.#record.get(IdentityKey.ownership)) ?? {
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
    this.#record.put([[IdentityKey.ownership, encodeOwnership(ownership)]]);
    this.#ownership = ownership;
  }

  /** The channel that the board's images come from, and the security floor in force; undefined while none is known. */
  get line(): Line | undefined {
    return parseLine(this.#record.get(IdentityKey.line));
  }

  /** Durable when it returns. */
  set line(line: Line) {
    this.#record.put([[IdentityKey.line, encodeLine(line)]]);
  }

  /** The records of the app line, by the keys of `AppKey`; what is put is durable on return. */
  get appRecords(): Pick<Journal, 'get' | 'put'> {
    return this.#record;
  }

  /** Undefined before the first `connect`. */
  get connections(): Connections | undefined {
    return readConnections(this.#record);
  }

  /** Stores an encoded trust configuration, durable on return. The caller has checked it and may write it. */
  configure(configuration: Uint8Array): void {
    this.#save(configuration, this.#possession);
    this.#take(configuration);
  }

  /** Adopts another encoded configuration with the owner who gave it, in one write, durable on return. */
  adoptTrust(configuration: Uint8Array, ownership: Ownership): void {
    const isOthers = !equal(ownership.owner, this.ownership.owner);
    const kept: Batch = [[IdentityKey.ownership, encodeOwnership(ownership)]];
    this.#save(configuration, this.#possession, isOthers ? [...kept, ...withoutApps(this.#record)] : kept);
    this.#take(configuration);
    this.#ownership = ownership;
  }

  /** The board's access to its broker; open to all who know its Device before it was told anything else. */
  get access(): BrokerAccess {
    return readAccess(this.#record);
  }

  /** Stores connections, and access if given, in one write, durable on return. The caller has checked them. */
  connect(connections: Connections, access?: BrokerAccess): void {
    writeConnections(this.#record, connections, access);
  }

  /**
   * The key pair for envelopes of an epoch. The first question of an epoch makes and stores it, and the same write
   * drops that of the epoch before: what was sealed to it is void, and nobody who takes the board later can open it.
   */
  sealingKeys(epoch: number, entropy: Entropy): KeyPair {
    if (this.#sealing?.epoch === epoch) return this.#sealing.keys;
    const stored = parseSealingKey(this.#crypto, this.#record.get(IdentityKey.sealingKey));
    const keys = stored?.epoch === epoch ? stored.keys : newKey(this.#crypto, entropy);
    if (keys !== stored?.keys) this.#record.put([[IdentityKey.sealingKey, encodeSealingKey(epoch, keys)]]);
    this.#sealing = { epoch, keys };
    return keys;
  }

  /** The key (32 bytes) that shall take the place of the present one. The first question makes and stores it. */
  nextKey(entropy: Entropy): Uint8Array {
    const stored = this.#record.get(IdentityKey.nextKey);
    if (stored) return stored;
    const { privateKey } = newKey(this.#crypto, entropy);
    this.#record.put([[IdentityKey.nextKey, privateKey]]);
    return privateKey;
  }

  /** Takes the next key for the present one if it has that address, in one write; false when it has not. */
  rotateTo(address: Uint8Array): boolean {
    const next = this.#record.get(IdentityKey.nextKey);
    const found = next && this.#crypto.addressOf(next);
    if (!found || !equal(found, address)) return false;
    this.#save(this.#configuration, this.#possession, [[IdentityKey.nextKey, undefined]], next);
    this.#privateKey = next;
    this.#address = found;
    return true;
  }

  /**
   * Stores a possession proof, with the owner and the channel that it names, in one write, durable on return: to be
   * called before the proof leaves the board.
   */
  possess(possession: SignedPossession): void {
    const ownership = { owner: possession.owner, epoch: 0, since: 0 };
    this.#save(this.#configuration, possession, [
      [IdentityKey.ownership, encodeOwnership(ownership)],
      [IdentityKey.line, encodeLine({ channel: possession.channel, floor: 0 })],
      ...withoutApps(this.#record),
    ]);
    this.#possession = possession;
    this.#ownership = ownership;
  }

  /** The secret of the journal's codes. A board of before there were codes makes it here, and adopts its journal as it is. */
  journalKey(entropy: Entropy): JournalKey {
    const stored = parseJournalKey(this.#record.get(IdentityKey.journalKey));
    if (stored) return stored;
    const made = { key: new Uint8Array(32), adopted: false };
    entropy.fill(made.key);
    this.#record.put([[IdentityKey.journalKey, encodeJournalKey(made)]]);
    return made;
  }

  /** Notes that the journal has its codes: a journal without them is a lost one from now on. */
  adoptJournal(): void {
    const { key } = parseJournalKey(this.#record.get(IdentityKey.journalKey))!;
    this.#record.put([[IdentityKey.journalKey, encodeJournalKey({ key, adopted: true })]]);
  }

  #take(configuration: Uint8Array): void {
    this.#configuration = configuration as Uint8Array<ArrayBuffer>;
    this.#parsed = undefined;
  }

  #save(
    configuration: Uint8Array,
    possession: SignedPossession | undefined,
    more: Batch = [],
    privateKey = this.#privateKey,
  ): void {
    this.#record.put([
      [IdentityKey.configuration, configuration.length > 0 ? configuration : undefined],
      [
        IdentityKey.identity,
        encodeRecord([
          privateKey,
          this.originalAddress,
          this.#hashOf(configuration),
          possessionFields(possession),
        ]),
      ],
      ...more,
    ]);
  }

  #hashOf(configuration: Uint8Array): Uint8Array {
    return configuration.length > 0 ? this.#crypto.keccak256(configuration) : new Uint8Array(32);
  }
}

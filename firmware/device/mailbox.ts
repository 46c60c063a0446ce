/**
 * The messages on a board's topics, sealed and opened: status and receipts for all who know its topics,
 * answers and results for who sent the envelope, envelopes for the board alone.
 */

import type { Domain } from '../contract/typedData.js';
import type { Position } from '../ledger/records.js';
import type { Crypto } from '../port/crypto.js';
import type { Entropy } from '../port/entropy.js';
import { type Opened, open, type SealPurpose, seal } from '../seal/sealed.js';
import { openSecret } from '../seal/secret.js';
import { openShared, sealShared } from '../seal/sharedSeal.js';
import type { Identity } from './identity.js';
import { clientIdOf, sharedKey, type TopicName, topicsOf } from './topics.js';

/** The board, its ports, and the key of those who are told what has no sender. */
export interface MailboxOptions {
  crypto: Crypto;
  domain: Domain;
  entropy: Entropy;
  identity: Identity;
  /** Knows the board's epoch as it is now. */
  ledger: { readonly position: Pick<Position, 'epoch'> };
  /** For what no envelope's reply key is at hand; else such a thing is shared. */
  telemetryKey?: Uint8Array;
}

/** Seals and opens for one board. */
export class Mailbox {
  readonly #options: MailboxOptions;
  readonly #sharedKey: Uint8Array;

  constructor(options: MailboxOptions) {
    this.#options = options;
    this.#sharedKey = sharedKey(options.crypto, options.identity.access, options.domain);
  }

  /** The prefix of the topics of this epoch. */
  get topics(): string {
    const { crypto, domain, identity, ledger } = this.#options;
    return topicsOf(crypto, identity.access, domain, ledger.position.epoch);
  }

  /** The name under which the board connects to its broker. */
  get clientId(): string {
    const { crypto, domain, identity } = this.#options;
    return clientIdOf(crypto, identity.access, domain);
  }

  /** The public key for envelopes of this epoch, 33 bytes. Made and stored when the epoch has none yet. */
  get sealingKey(): Uint8Array {
    return this.#sealingKeys().publicKey;
  }

  /** An envelope that was sealed to this epoch's key. */
  readonly unseal = (message: Uint8Array): Opened | undefined =>
    open(this.#options.crypto, 'envelope', this.#sealingKeys(), message);

  /** A secret inside an order, that was sealed to this epoch's key. */
  openSecret(message: Uint8Array): Uint8Array | undefined {
    const { crypto, domain } = this.#options;
    return openSecret(crypto, this.#sealingKeys(), domain.verifyingContract, message);
  }

  /** For all who know the topics. */
  shared(name: TopicName, bytes: Uint8Array): Uint8Array {
    return sealShared(this.#options, this.#sharedKey, name, bytes);
  }

  /** Opens a message for the board from someone who knows its topics. */
  openShared(name: TopicName, message: Uint8Array): Uint8Array | undefined {
    return openShared(this.#options.crypto, this.#sharedKey, name, message);
  }

  /** For who sent the envelope of that hash, or for the telemetry key; undefined when there is neither. */
  reply(
    purpose: SealPurpose,
    replyKey: Uint8Array | undefined,
    hash: Uint8Array,
    bytes: Uint8Array,
  ): Uint8Array | undefined {
    const key = replyKey && replyKey.length > 0 ? replyKey : this.#options.telemetryKey;
    return key && seal(this.#options, purpose, key, hash, bytes);
  }

  /** A batch of telemetry, or a crash: for the telemetry key, or where there is none for all who know the topics. */
  telemetry(bytes: Uint8Array, name: 'telemetry' | 'crash' = 'telemetry'): Uint8Array {
    const { crypto } = this.#options;
    const sealed = this.reply(name, undefined, crypto.keccak256(bytes), bytes);
    return sealed ?? this.shared(name, bytes);
  }

  #sealingKeys() {
    const { entropy, identity, ledger } = this.#options;
    return identity.sealingKeys(ledger.position.epoch, entropy);
  }
}

/** The operator's side of a board's topics: what is sealed on its way to the board, and what is opened of what it says. */
import { randomFillSync } from 'node:crypto';
import { equal } from '../../firmware/bytes/equal.js';
import { envelopeHash } from '../../firmware/command/envelope.js';
import { parseDelivery } from '../../firmware/command/wire.js';
import type { Domain } from '../../firmware/contract/typedData.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import type { BrokerAccess } from '../../firmware/device/brokerAccess.js';
import { sharedKey } from '../../firmware/device/topics.js';
import { type PublishedReceipt, parsePublishedReceipt } from '../../firmware/ledger/receiptWire.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import type { Entropy } from '../../firmware/port/entropy.js';
import {
  isSealed,
  type KeyPair,
  newKey,
  type Opened,
  open,
  SEALABLE_BYTES_MAX,
  type SealPurpose,
  seal,
} from '../../firmware/seal/sealed.js';
import { openShared, sealShared } from '../../firmware/seal/sharedSeal.js';

let underlying = portableCrypto();

/** Of all that these tools seal, sign and hash. */
export const crypto: Crypto = {
  keccak256: bytes => underlying.keccak256(bytes),
  isKeccak256: (bytes, hash) => underlying.isKeccak256(bytes, hash),
  sha256: () => underlying.sha256(),
  recoverAddress: (digest, signature) => underlying.recoverAddress(digest, signature),
  sign: (digest, privateKey) => underlying.sign(digest, privateKey),
  addressOf: privateKey => underlying.addressOf(privateKey),
  publicKeyOf: privateKey => underlying.publicKeyOf(privateKey),
  sharedSecret: (privateKey, publicKey) => underlying.sharedSecret(privateKey, publicKey),
  encrypt: (key, nonce, associated, plain) => underlying.encrypt(key, nonce, associated, plain),
  decrypt: (key, nonce, associated, encrypted) => underlying.decrypt(key, nonce, associated, encrypted),
};

/** From now on another one does the work, to the same results: a simulation has many operators in one process. */
export function useCrypto(other: Crypto): void {
  underlying = other;
}

export const entropy: Entropy = { fill: (target: Uint8Array) => void randomFillSync(target) };

/** A key pair for answers and results. */
export const newReplyKey = (from: Entropy = entropy): KeyPair => newKey(crypto, from);

/** Seals for a board, and opens what it says, by its access and the keys given; chance from `from`. */
export class BoardMail {
  readonly #domain: Domain;
  /** Each may open what has one reader: the sender's, and that of telemetry where there is one. */
  readonly #keys: readonly KeyPair[];
  readonly #sharedKey: Uint8Array;
  readonly #given: { crypto: Crypto; entropy: Entropy };

  constructor(access: BrokerAccess, domain: Domain, keys: readonly KeyPair[] = [], from: Entropy = entropy) {
    this.#given = { crypto, entropy: from };
    this.#domain = domain;
    this.#keys = keys;
    this.#sharedKey = sharedKey(crypto, access, domain);
  }

  /**
   * An envelope's delivery sealed to the board's key of this epoch. What is no delivery, or too long, is left as it is:
   * the board says what it makes of it.
   */
  sealEnvelope(sealingKey: Uint8Array, bytes: Uint8Array): Uint8Array {
    const parsed = parseDelivery(bytes);
    if (parsed.verdict === 'rejected' || bytes.length > SEALABLE_BYTES_MAX) return bytes;
    const hash = envelopeHash(crypto, this.#domain, parsed.value.envelope);
    const sealed = seal(this.#given, 'envelope', sealingKey, hash, bytes);
    if (!sealed)
      throw new Error('The board names a sealing key that is no key: do not command it, look at its status.');
    return sealed;
  }

  /** An offer, or a trust configuration, for a board and those who know its topics. */
  sealFor(name: 'offer' | 'trust', bytes: Uint8Array): Uint8Array {
    return sealShared(this.#given, this.#sharedKey, name, bytes);
  }

  openStatus(payload: Uint8Array): Uint8Array | undefined {
    return openShared(crypto, this.#sharedKey, 'status', payload);
  }

  /** An answer to this operator, or to all. */
  openAnswer(payload: Uint8Array): Uint8Array | undefined {
    const shared = openShared(crypto, this.#sharedKey, 'answer', payload);
    return shared ?? this.#open('answer', payload)?.bytes;
  }

  /** A batch of telemetry, or a crash: to the telemetry key, or to all. */
  openTelemetry(payload: Uint8Array, name: 'telemetry' | 'crash' = 'telemetry'): Uint8Array | undefined {
    const shared = openShared(crypto, this.#sharedKey, name, payload);
    return shared ?? this.#open(name, payload)?.bytes;
  }

  /** A receipt with its result, which stays sealed where it is another operator's. */
  openReceipt(payload: Uint8Array): PublishedReceipt | undefined {
    const bytes = openShared(crypto, this.#sharedKey, 'receipt', payload);
    const parsed = bytes && parsePublishedReceipt(bytes);
    if (parsed?.verdict !== 'accepted') return undefined;
    const { receipt, result } = parsed.value;
    if (!isSealed(result)) return parsed.value;
    const opened = this.#open('receipt', result);
    return opened && equal(opened.hash, receipt.envelopeHash)
      ? { ...parsed.value, result: opened.bytes }
      : parsed.value;
  }

  #open(purpose: SealPurpose, message: Uint8Array): Opened | undefined {
    for (const key of this.#keys) {
      const opened = open(crypto, purpose, key, message);
      if (opened) return opened;
    }
    return undefined;
  }
}

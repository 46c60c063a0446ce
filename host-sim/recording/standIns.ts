/**
 * Stand-ins: the random bytes that a recorded image sees in place of each of its keys. The image takes them for the keys,
 * keeps them and hands them back to the crypto port, where what they stand for is put in. So no key comes into the
 * recorded image, and none into its recording. When a recording is played there is nothing behind them.
 */
import { toHex } from '../../firmware/bytes/hex.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import type { Entropy } from '../../firmware/port/entropy.js';

/** Bytes of a key, and of every stand-in. */
export const KEY_BYTES = 32;
const HMAC_BLOCK_BYTES = 64;
const PADS = [0x36, 0x5c] as const;

/** Random keys not yet used as such, and keys that are used up after a message: those used longest ago are forgotten. */
const FRESH_MAX = 64;
const PASSING_MAX = 512;

/** The side that has the keys; a recording that is played has none. */
export interface KeySource {
  crypto: Pick<Crypto, 'publicKeyOf'>;
  entropy: Entropy;
}

interface Stand {
  /** Undefined where a recording is played. */
  real: Uint8Array | undefined;
  /** It is kept for as long as the board runs. */
  isLasting: boolean;
  use: KeyUse;
}

/** `secrets`: seals what the owner gave the app as a secret. `question`: seals a question, in which a key for the answer is. */
export type KeyUse = 'any' | 'secrets' | 'question';

/** The stand-ins of one run of an image. */
export class StandIns {
  readonly #source: KeySource | undefined;
  /** By their bytes in hexadecimal, the oldest first. */
  readonly #stands = new Map<string, Stand>();
  /** Random bytes that the image was given and may use as a key. */
  readonly #fresh = new Set<string>();

  /** @param source undefined where a recording is played */
  constructor(source?: KeySource) {
    this.#source = source;
  }

  /** Notes what the image got from the random source. */
  noteEntropy(given: Uint8Array): void {
    if (given.length !== KEY_BYTES) return;
    this.#fresh.add(toHex(given));
    if (this.#fresh.size > FRESH_MAX) this.#fresh.delete(this.#fresh.values().next().value!);
  }

  /** Makes `standIn` stand for `real`. */
  bind(standIn: Uint8Array, real: Uint8Array | undefined, how: Partial<Stand> = {}): void {
    const key = toHex(standIn);
    this.#fresh.delete(key);
    this.#stands.delete(key);
    this.#stands.set(key, { isLasting: false, use: 'any', ...how, real });
    if (this.#stands.size <= PASSING_MAX) return;
    for (const [old, { isLasting }] of this.#stands) {
      if (isLasting) continue;
      this.#stands.delete(old);
      return;
    }
  }

  /** A stand-in for a key that this side has. */
  standFor(real: Uint8Array, how: Partial<Stand> = {}): Uint8Array {
    const standIn = new Uint8Array(KEY_BYTES);
    this.#source!.entropy.fill(standIn);
    this.bind(standIn, real, how);
    return standIn;
  }

  /**
   * True when these bytes stand for a key. Random bytes that the image now uses as one stand for a new key from here on;
   * `use` tells what for.
   */
  claim(key: Uint8Array, use: 'private' | 'secret'): boolean {
    const name = toHex(key);
    const known = this.#stands.get(name);
    if (known) {
      // The oldest are those that were used longest ago.
      this.#stands.delete(name);
      this.#stands.set(name, known);
      return true;
    }
    if (!this.#fresh.has(name)) return false;
    this.bind(key, this.#newKey(use));
    return true;
  }

  /** The key behind them; nothing of it may go back to the image. @throws Error when nothing does */
  realOf(standIn: Uint8Array): Uint8Array {
    const real = this.behind(standIn);
    if (!real) throw new Error('the recorder knows no such key');
    return real;
  }

  /** True when these bytes stand for a key already. */
  isBound(standIn: Uint8Array): boolean {
    return this.#stands.has(toHex(standIn));
  }

  /** The key behind them; undefined where a recording is played, and behind what stands for nothing. */
  behind(standIn: Uint8Array): Uint8Array | undefined {
    return this.#stands.get(toHex(standIn))?.real;
  }

  useOf(standIn: Uint8Array): KeyUse {
    return this.#stands.get(toHex(standIn))?.use ?? 'any';
  }

  /** Those bytes with the keys in the place of all stand-ins; a stand-in in them lasts, if told so. */
  reveal(what: Uint8Array, isLasting = false): Uint8Array {
    const names = [...this.#stands.keys(), ...this.#fresh];
    let revealed: Uint8Array | undefined;
    for (const at of this.#places(what, names)) {
      const standIn = what.slice(at, at + KEY_BYTES);
      this.claim(standIn, 'secret');
      const stand = this.#stands.get(toHex(standIn))!;
      stand.isLasting ||= isLasting;
      revealed ??= what.slice();
      if (stand.real) revealed.set(stand.real, at);
    }
    return revealed ?? what;
  }

  /** The block that HMAC-SHA256 hashes first, with the key in it; undefined unless that is a stand-in's. */
  revealPad(block: Uint8Array): { standIn: Uint8Array; revealed: Uint8Array } | undefined {
    if (block.length !== HMAC_BLOCK_BYTES) return undefined;
    const pad = block[HMAC_BLOCK_BYTES - 1];
    if (!(PADS as readonly number[]).includes(pad)) return undefined;
    for (let i = KEY_BYTES; i < HMAC_BLOCK_BYTES; i++) if (block[i] !== pad) return undefined;
    const standIn = block.slice(0, KEY_BYTES).map(byte => byte ^ pad);
    if (!this.claim(standIn, 'secret')) return undefined;
    const real = this.#stands.get(toHex(standIn))?.real ?? standIn;
    const revealed = block.slice();
    for (let i = 0; i < KEY_BYTES; i++) revealed[i] = real[i] ^ pad;
    return { standIn, revealed };
  }

  #newKey(use: 'private' | 'secret'): Uint8Array | undefined {
    if (!this.#source) return undefined;
    const { crypto, entropy } = this.#source;
    const key = new Uint8Array(KEY_BYTES);
    do entropy.fill(key);
    while (use === 'private' && !crypto.publicKeyOf(key));
    return key;
  }

  /** The places where one of those stands; its first bytes are looked for first. */
  *#places(what: Uint8Array, names: readonly string[]): IterableIterator<number> {
    const beginnings = new Set(names.map(name => name.slice(2, 10)));
    for (let at = 0; at + KEY_BYTES <= what.length; at++) {
      if (!beginnings.has(toHex(what.subarray(at, at + 4)).slice(2))) continue;
      if (names.includes(toHex(what.subarray(at, at + KEY_BYTES)))) yield at;
    }
  }
}

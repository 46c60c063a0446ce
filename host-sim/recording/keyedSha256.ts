/**
 * SHA-256 of a recorded image, which hashes keys only as HMAC and HKDF do (firmware/crypto/hmac.ts). A stand-in in it is
 * the key. What comes of it is public (a code, a topic, a nonce) or a key again: then the image gets a stand-in.
 */
import { toHex } from '../../firmware/bytes/hex.js';
import { encodeText } from '../../firmware/bytes/text.js';
import type { Crypto, Sha256 } from '../../firmware/port/crypto.js';
import { KEY_BYTES, type KeyUse, type StandIns } from './standIns.js';
import { bytes, described, type Tape } from './tape.js';

/** The product of an HMAC: a code for everybody to see, or a key, which may be made once and used for as long as the board runs. */
interface HmacUse {
  use: 'code' | KeyUse;
  isLasting: boolean;
}

const CODE: HmacUse = { use: 'code', isLasting: false };

/** The parts that all hashes of an image share. */
export interface ShaParts {
  crypto: Pick<Crypto, 'sha256'>;
  standIns: StandIns;
  tape: Tape;
  /** The product of the outer hash, by the digest of the inner one, while that is under way. */
  innerUses: Map<string, HmacUse>;
}

/** Inner hashes whose outer one never came. */
const INNER_MAX = 16;
/** Of the message of an HMAC, its first and last parts up to so many bytes tell what it is for. */
const TOLD_BYTES_MAX = 128;

const isText = (part: Uint8Array | undefined, text: string) =>
  part !== undefined && toHex(part) === toHex(encodeText(text));
const beginsWith = (part: Uint8Array | undefined, text: string) =>
  part !== undefined && isText(part.subarray(0, text.length), text);

/**
 * The product of these parts: the firmware derives keys for the records of an app, for its secrets, for the topics'
 * messages, and the first block of what seals a message.
 */
function useOf(parts: readonly Uint8Array[]): HmacUse {
  if (parts.length === 1 && isText(parts[0], 'secret')) return { use: 'secrets', isLasting: true };
  if (parts.length === 1 && isText(parts[0], 'app')) return { use: 'any', isLasting: true };
  if (isText(parts[0], 'shared')) return { use: 'any', isLasting: true };
  const [, info, count] = parts;
  const isFirstBlock = parts.length === 3 && count.length === 1 && count[0] === 1;
  if (!isFirstBlock || !beginsWith(info, 'holdfast sealed ')) return CODE;
  return { use: beginsWith(info, 'holdfast sealed question') ? 'question' : 'any', isLasting: false };
}

export class KeyedSha256 implements Sha256 {
  readonly #shared: ShaParts;
  readonly #hash: Sha256;
  /** The parts after the first block of an HMAC under a key of the board. */
  #message: Uint8Array[] | undefined;
  #hasKey = false;
  #hasBegun = false;
  /** The use of the inner hash that this one ends. */
  #outer: HmacUse | undefined;

  constructor(shared: ShaParts) {
    this.#shared = shared;
    this.#hash = shared.crypto.sha256();
  }

  update(part: Uint8Array): void {
    const { innerUses, standIns } = this.#shared;
    const pad = this.#hasBegun ? undefined : standIns.revealPad(part);
    this.#hasBegun = true;
    if (pad) {
      this.#message = [];
      this.#hash.update(pad.revealed);
      return;
    }
    if (this.#message && this.#message.length < 4) this.#message.push(part.slice(0, TOLD_BYTES_MAX));
    if (part.length !== KEY_BYTES) {
      this.#hash.update(part);
      return;
    }
    const name = toHex(part);
    this.#outer ??= innerUses.get(name);
    innerUses.delete(name);
    const isKey = standIns.isBound(part);
    this.#hasKey ||= isKey;
    this.#hash.update(isKey ? (standIns.behind(part) ?? part) : part);
  }

  digest(): Uint8Array {
    const { innerUses, standIns, tape } = this.#shared;
    const digest = this.#hash.digest();
    if (!this.#message && !this.#hasKey) return digest;
    // Without a key in its first block, whoever knows the rest could go on from an inner digest: it is a key itself.
    const { isLasting, use } = this.#message
      ? (this.#outer ?? CODE)
      : { use: 'any' as const, isLasting: false };
    const about = described(this.#message?.[0] ?? new Uint8Array(0));
    if (use === 'code') {
      const given = tape.call('code', about, bytes, () => digest);
      if (this.#message && this.#outer === undefined) {
        innerUses.set(toHex(given), useOf(this.#message));
        if (innerUses.size > INNER_MAX) innerUses.delete(innerUses.keys().next().value!);
      }
      return given;
    }
    const how = { use, isLasting };
    const standIn = tape.call('derive', about, bytes, () => standIns.standFor(digest, how));
    standIns.bind(standIn, standIns.behind(standIn), how);
    return standIn;
  }
}

/** A tape between an image and its ports: one that writes what passes, or one that is played back. Both see the same calls. */
import { concat } from '../../firmware/bytes/concat.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { decodeText, encodeText } from '../../firmware/bytes/text.js';
import { createSha256 } from '../../firmware/crypto/sha256.js';
import type { Operation } from './operations.js';

/** The value that a call gives, as bytes on a tape and back. `decode` gets bytes of whoever made the recording. */
export interface Codec<T> {
  encode(value: T): Uint8Array | undefined;
  decode(bytes: Uint8Array): T;
}

export interface Tape {
  /**
   * One call of the image. A tape that records performs it and keeps what it gave; one that plays compares it with what
   * was recorded and gives that. @throws Error what the call threw
   */
  call<T>(operation: Operation, about: string, codec: Codec<T>, perform: () => T): T;
  /** One call with nothing to give, whose effect is one on memory of this side: it is performed by either tape. */
  effect(operation: Operation, about: string, perform: () => void): void;
  /** Records no more: from here on a secret of the owner would be in it. */
  stop(reason: string): void;
}

const EMPTY = new Uint8Array(0);

export const nothing: Codec<void> = { encode: () => undefined, decode: () => {} };

export const bytes: Codec<Uint8Array> = { encode: value => value, decode: given => given.slice() };

/** A byte before them, since nothing is not the same as no bytes. */
export const someBytes: Codec<Uint8Array | undefined> = {
  encode: value => (value ? concat(Uint8Array.of(1), value) : EMPTY),
  decode: given => (given.length === 0 ? undefined : given.slice(1)),
};

export const text: Codec<string> = { encode: encodeText, decode: given => decodeText(given) ?? '' };

export const number: Codec<number> = {
  encode: value => encodeText(`${value}`),
  decode: given => Number(decodeText(given) ?? 0),
};

const SHOWN_CHARACTERS = 48;
const HASH_CHARACTERS = 16;

/** Bytes in words: how many, the beginning of their SHA-256, and what a person can read of them. */
export function described(what: Uint8Array): string {
  const hash = createSha256();
  hash.update(what);
  const readable = [...what.subarray(0, SHOWN_CHARACTERS)]
    .map(byte => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
    .join('');
  return `${what.length} bytes ${toHex(hash.digest()).slice(2, 2 + HASH_CHARACTERS)} ${readable}`.trimEnd();
}

/**
 * A journal that nobody who writes the flash can forge, change, mix or turn back unseen.
 *
 * Each value is stored with a code over key and value (HMAC-SHA256, 16 bytes). One record more, the *root*, holds a
 * count and a code over the count and the codes of all records, so that no record of before can stand in for a newer
 * one, and none can be left out. A counter beside the journal, in flash of its own, follows the count: journal first,
 * counter second, effect third. On opening, equal is whole; a journal that is one ahead was cut in between, and the
 * counter follows. All else is a lost journal: nothing runs twice, nothing without a link, no trust is planted.
 *
 * Only some keys move the count (`counts`): an old journal of the same count differs in what may be forgotten.
 * Journal and counter put back together are not seen here (an operator who knows the last receipt sees it).
 */
import { writeNumber } from '../bytes/bigEndian.js';
import { concat } from '../bytes/concat.js';
import { equal } from '../bytes/equal.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import { hmacSha256 } from '../crypto/hmac.js';
import type { Crypto } from '../port/crypto.js';
import type { Batch, Journal } from '../store/journal.js';
import { ROOT_KEY } from './keys.js';

/** The length of a record's code. */
export const CODE_BYTES = 16;

/** The part of FlashCounter that is used here. */
export interface Counter {
  readonly value: number;
  advance(): void;
}

/** The journal beneath, its counter and the secret of the codes. */
export interface AuthenticJournalOptions {
  journal: Journal;
  counter: Counter;
  crypto: Pick<Crypto, 'sha256'>;
  /** 32 secret bytes of this board. */
  key: Uint8Array;
  /** True when a change of that key moves the count. */
  counts(key: number): boolean;
  /** The journal was written before there were codes: it is believed as it is, once, and gets them now. */
  adopt?: boolean;
}

interface Root {
  count: number;
  code: Uint8Array;
}

/**
 * Opens it. The counter may follow by one step. Its `state` is `lost` where the codes, the root or the count are wrong,
 * and where the journal beneath is lost or blank though the count was begun; it is empty then, and the first batch
 * replaces whatever lies there.
 */
export class AuthenticJournal implements Journal {
  readonly state: Journal['state'];
  readonly #options: AuthenticJournalOptions;
  /** Key and code of each record, ascending by key: what the root's code is over. */
  #codes: Uint8Array = new Uint8Array(0);
  #count: number;

  constructor(options: AuthenticJournalOptions) {
    this.#options = options;
    this.#count = options.counter.value;
    this.state = this.#open();
    if (this.state === 'lost') this.#codes = new Uint8Array(0);
  }

  get capacity(): number {
    return this.#options.journal.capacity;
  }

  get used(): number {
    return this.#options.journal.used;
  }

  get wear(): number {
    return this.#options.journal.wear;
  }

  get(key: number): Uint8Array | undefined {
    if (key === ROOT_KEY || this.#find(this.#codes, key) < 0) return undefined;
    const stored = this.#options.journal.get(key);
    return stored?.slice(0, stored.length - CODE_BYTES);
  }

  *entries(): IterableIterator<[key: number, value: Uint8Array]> {
    for (let at = 0; at < this.#codes.length; at += 1 + CODE_BYTES) {
      const key = this.#codes[at];
      const value = this.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  put(entries: Batch): void {
    const { counter, counts, journal } = this.#options;
    const batch = new Map(entries);
    if (batch.has(ROOT_KEY)) throw new RangeError('the key of the root is taken');
    // Of a lost journal nothing stays that would be without a code.
    const fresh = this.#codes.length === 0;
    const stale = fresh ? [...journal.entries()].map(([key]) => key) : [];
    let codes = this.#codes;
    let changed = false;
    let counted = false;
    const stored: [number, Uint8Array | undefined][] = [];
    for (const key of stale) if (!batch.has(key) && key !== ROOT_KEY) stored.push([key, undefined]);
    for (const [key, value] of batch) {
      if (value === undefined && this.#find(codes, key) < 0 && !fresh) continue;
      changed = true;
      counted ||= counts(key);
      const code = value && this.#codeOf(key, value);
      codes = this.#with(codes, key, code);
      stored.push([key, value && concat(value, code!)]);
    }
    if (!changed) return;
    const count = counted ? counter.value + 1 : this.#count;
    stored.push([ROOT_KEY, this.#encodeRoot(count, codes)]);
    journal.put(stored);
    this.#codes = codes;
    this.#count = count;
    if (counted) counter.advance();
  }

  #open(): Journal['state'] {
    const { counter, journal } = this.#options;
    if (journal.state === 'blank') return counter.value === 0 ? 'blank' : 'lost';
    if (journal.state === 'lost') return 'lost';
    if (this.#options.adopt && journal.get(ROOT_KEY) === undefined) return this.#adopt();
    const root = this.#readRoot(journal.get(ROOT_KEY));
    if (!root || !this.#readCodes() || !equal(root.code, this.#rootCode(root.count, this.#codes)))
      return 'lost';
    if (root.count !== counter.value && root.count !== counter.value + 1) return 'lost';
    this.#count = root.count;
    if (root.count === counter.value + 1) counter.advance();
    return 'restored';
  }

  /** Records of before there were codes get them in pieces, the root last: until then they are adopted again. */
  #adopt(): Journal['state'] {
    const { counter, journal } = this.#options;
    let codes: Uint8Array = new Uint8Array(0);
    for (const [key, value] of [...journal.entries()]) {
      const body = value.subarray(0, Math.max(0, value.length - CODE_BYTES));
      const has = value.length >= CODE_BYTES && equal(this.#codeOf(key, body), value.subarray(body.length));
      const code = this.#codeOf(key, has ? body : value);
      if (!has) journal.put([[key, concat(value, code)]]);
      codes = this.#with(codes, key, code);
    }
    journal.put([[ROOT_KEY, this.#encodeRoot(counter.value, codes)]]);
    this.#codes = codes;
    return 'restored';
  }

  /** True when each record has its code. */
  #readCodes(): boolean {
    const { journal } = this.#options;
    let codes: Uint8Array = new Uint8Array(0);
    for (const [key, stored] of journal.entries()) {
      if (key === ROOT_KEY) continue;
      if (stored.length < CODE_BYTES) return false;
      const at = stored.length - CODE_BYTES;
      const code = stored.slice(at);
      if (!equal(code, this.#codeOf(key, stored.subarray(0, at)))) return false;
      codes = this.#with(codes, key, code);
    }
    this.#codes = codes;
    return true;
  }

  #readRoot(stored: Uint8Array | undefined): Root | undefined {
    if (!stored) return undefined;
    const reader = new RecordReader(stored, 64);
    const root = { count: reader.number(), code: reader.fixed(CODE_BYTES) };
    return reader.end() ? root : undefined;
  }

  #encodeRoot(count: number, codes: Uint8Array): Uint8Array {
    return encodeRecord([count, this.#rootCode(count, codes)]);
  }

  #rootCode(count: number, codes: Uint8Array): Uint8Array {
    const number = new Uint8Array(4);
    writeNumber(number, 0, 4, count);
    return this.#code(Uint8Array.of(ROOT_KEY), number, codes);
  }

  #codeOf(key: number, value: Uint8Array): Uint8Array {
    return this.#code(Uint8Array.of(key), value);
  }

  #code(...parts: Uint8Array[]): Uint8Array {
    const { crypto, key } = this.#options;
    return hmacSha256(crypto, key, ...parts).slice(0, CODE_BYTES);
  }

  /** The place of a key's record among the codes, or −1 − the place where it would stand. */
  #find(codes: Uint8Array, key: number): number {
    let at = 0;
    for (; at < codes.length; at += 1 + CODE_BYTES) {
      if (codes[at] === key) return at;
      if (codes[at] > key) break;
    }
    return -1 - at;
  }

  #with(codes: Uint8Array, key: number, code: Uint8Array | undefined): Uint8Array {
    const found = this.#find(codes, key);
    const at = found < 0 ? -1 - found : found;
    const rest = codes.subarray(found < 0 ? at : at + 1 + CODE_BYTES);
    const own = code ? concat(Uint8Array.of(key), code) : new Uint8Array(0);
    return concat(codes.subarray(0, at), own, rest);
  }
}

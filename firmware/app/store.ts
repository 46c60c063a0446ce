/** A room of an app's own in flash: plain values below names. What a power cut interrupts is there whole or as before. */

import { type GenericSchema, type InferOutput, safeParse } from 'valibot';
import { equal } from '../bytes/equal.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import type { Result } from './action.js';
import { decodeCbor, encodeCbor } from './cbor.js';
import { RecordKey, type Records } from './records.js';

/** Names at once. */
export const STORE_NAMES_MAX = 32;
/** The greatest length of a name, in characters of UTF-16. */
export const STORE_NAME_CHARACTERS_MAX = 31;
/** The greatest size of a value as CBOR. */
export const STORE_VALUE_BYTES_MAX = 512;
/** All values and names together, as they are stored. */
export const STORE_BYTES_MAX = 4096;

/** Values that stay over restarts and updates, until the board changes hands or is wiped. */
export interface Store {
  /** The value of a name, as an older version of the app may have left it; undefined when there is none. */
  get(name: string): unknown;
  /** The value, if there is one that the schema accepts, as the schema gives it; else undefined. */
  get<Schema extends GenericSchema>(name: string, schema: Schema): InferOutput<Schema> | undefined;
  /**
   * Keeps a plain value, durable on return; undefined removes the name. A value that is there already is not written
   * again. What must change together belongs into one value.
   *
   * @throws RangeError when name, value or all together are longer than the limits, TypeError on what is not plain
   */
  set(name: string, value: Result): void;
  /** All names, in no order. */
  readonly names: readonly string[];
}

interface Place {
  key: number;
  /** Of the record. */
  bytes: number;
}

/** `Store` over the records of an app. */
export class RecordStore implements Store {
  readonly #records: Records;
  readonly #places = new Map<string, Place>();

  constructor(records: Records) {
    this.#records = records;
    for (let key: number = RecordKey.store; key < RecordKey.store + STORE_NAMES_MAX; key++) {
      const record = records.get(key);
      const name = record && nameIn(record);
      if (name !== undefined) this.#places.set(name, { key, bytes: record!.length });
    }
  }

  get names(): readonly string[] {
    return [...this.#places.keys()];
  }

  get<Schema extends GenericSchema>(name: string, schema?: Schema): unknown {
    const value = this.#read(name);
    if (value === undefined || !schema) return value;
    const checked = safeParse(schema, value);
    return checked.success ? checked.output : undefined;
  }

  set(name: string, value: Result): void {
    const place = this.#places.get(name);
    if (value === undefined) {
      if (place) this.#records.put([[place.key, undefined]]);
      this.#places.delete(name);
      return;
    }
    const record = recordOf(name, value);
    const key = place?.key ?? this.#freeKey();
    let total = record.length - (place?.bytes ?? 0);
    for (const { bytes } of this.#places.values()) total += bytes;
    if (total > STORE_BYTES_MAX) {
      throw new RangeError(`the store has ${STORE_BYTES_MAX} bytes, with "${name}" it would have ${total}`);
    }
    const before = place && this.#records.get(key);
    if (before && equal(before, record)) return;
    this.#records.put([[key, record]]);
    this.#places.set(name, { key, bytes: record.length });
  }

  #freeKey(): number {
    const taken = new Set([...this.#places.values()].map(({ key }) => key));
    for (let key: number = RecordKey.store; key < RecordKey.store + STORE_NAMES_MAX; key++) {
      if (!taken.has(key)) return key;
    }
    throw new RangeError(`the store has ${STORE_NAMES_MAX} names at most`);
  }

  #read(name: string): unknown {
    const place = this.#places.get(name);
    const record = place && this.#records.get(place.key);
    if (!record) return undefined;
    const reader = new RecordReader(record, record.length);
    reader.text(STORE_NAME_CHARACTERS_MAX * 3);
    return decodeCbor(reader.bytes(STORE_VALUE_BYTES_MAX));
  }
}

function recordOf(name: string, value: Result): Uint8Array {
  if (typeof name !== 'string' || name.length === 0 || name.length > STORE_NAME_CHARACTERS_MAX) {
    throw new RangeError(`a name in the store has 1 to ${STORE_NAME_CHARACTERS_MAX} characters`);
  }
  const bytes = encodeCbor(value);
  if (bytes.length > STORE_VALUE_BYTES_MAX) {
    throw new RangeError(`"${name}" has ${bytes.length} bytes, ${STORE_VALUE_BYTES_MAX} at most`);
  }
  return encodeRecord([name, bytes]);
}

/** The name in a record; undefined for bytes of any other shape. */
function nameIn(record: Uint8Array): string | undefined {
  const reader = new RecordReader(record, record.length);
  const name = reader.text(STORE_NAME_CHARACTERS_MAX * 3);
  reader.bytes(STORE_VALUE_BYTES_MAX);
  return reader.end() ? name : undefined;
}

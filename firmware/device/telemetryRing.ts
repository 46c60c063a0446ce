/** The batches of telemetry that could not be sent yet, in flash: a ring, whose oldest batch makes room for the newest. */

import { RecordKey, type Records } from '../app/records.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import { TELEMETRY_BYTES_MAX } from './telemetryBatch.js';

/** Batches that are kept: with their codes they fill what a journal of 32 KiB may hold. */
export const RING_BATCHES_MAX = 16;

const RECORD_BYTES_MAX = TELEMETRY_BYTES_MAX + 64;

/** A batch as stored. */
export interface StoredBatch {
  counter: number;
  /** As it is sent. */
  bytes: Uint8Array;
}

/** The ring, sealed as it lies in flash. */
export class TelemetryRing {
  readonly #records: Records;
  /** Counters by place; undefined for a free place. */
  readonly #counters: (number | undefined)[] = [];

  constructor(records: Records, places = RING_BATCHES_MAX) {
    this.#records = records;
    for (let place = 0; place < places; place++) this.#counters.push(this.#read(place)?.counter);
  }

  /** The number of this start of the board, durable on return: one more than that of the start before. */
  begin(): number {
    const stored = this.#records.get(RecordKey.starts);
    const reader = stored && new RecordReader(stored, 16);
    const before = reader?.number() ?? 0;
    const start = (reader?.end() ? before : 0) + 1;
    this.#records.put([[RecordKey.starts, encodeRecord([start])]]);
    return start;
  }

  /** The oldest batch; undefined when there is none. One that cannot be read any more is forgotten. */
  oldest(): StoredBatch | undefined {
    for (;;) {
      const place = this.#oldestPlace();
      if (place === undefined) return undefined;
      const batch = this.#read(place);
      if (batch) return batch;
      this.#counters[place] = undefined;
    }
  }

  /** Keeps a batch; returns the counter of the one that made room for it. */
  add({ bytes, counter }: StoredBatch): number | undefined {
    const free = this.#counters.indexOf(undefined);
    const place = free < 0 ? this.#oldestPlace()! : free;
    const lost = this.#counters[place];
    this.#records.put([[RecordKey.telemetry + place, encodeRecord([counter, this.#records.seal(bytes)])]]);
    this.#counters[place] = counter;
    return lost;
  }

  /** Forgets a batch that was delivered. */
  remove(counter: number): void {
    const place = this.#counters.indexOf(counter);
    if (place < 0) return;
    this.#records.put([[RecordKey.telemetry + place, undefined]]);
    this.#counters[place] = undefined;
  }

  #oldestPlace(): number | undefined {
    let oldest: number | undefined;
    for (let place = 0; place < this.#counters.length; place++) {
      const counter = this.#counters[place];
      if (counter === undefined) continue;
      if (oldest === undefined || counter < this.#counters[oldest]!) oldest = place;
    }
    return oldest;
  }

  #read(place: number): StoredBatch | undefined {
    const record = this.#records.get(RecordKey.telemetry + place);
    if (!record) return undefined;
    const reader = new RecordReader(record, RECORD_BYTES_MAX);
    const counter = reader.number();
    const bytes = this.#records.open(reader.bytes(RECORD_BYTES_MAX));
    return reader.end() && bytes ? { counter, bytes } : undefined;
  }
}

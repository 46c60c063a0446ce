/** A tape that records: entries wait for the end of a turn, and go out together as a frame. */
import { concat } from '../../firmware/bytes/concat.js';
import { encodeText } from '../../firmware/bytes/text.js';
import type { Flash, PartitionName } from '../../firmware/port/flash.js';
import { type Entry, encodeEntry, encodeFrame, FRAME_BYTES_MAX, GIVEN_BYTES_MAX } from './format.js';
import type { Operation } from './operations.js';
import { encodeStart, PARTITIONS, PARTITIONS_MIN, type StartFacts } from './startFacts.js';
import type { Codec, Tape } from './tape.js';

/** Bytes of entries that may wait for the end of a turn, and of flash in one: few, as boards have them. */
const WAITING_BYTES_MAX = 16 * 1024;
const FLASH_PIECE_BYTES = 4096;

/** The file of a recording, as its tape needs it. */
export interface Sink {
  /** Appends a frame to the file. What it throws ends the recording, not the board. */
  write(frame: Uint8Array): void;
  /** Bytes that the file may still grow. */
  room: number;
  /** Told why nothing is recorded any more while the board goes on. */
  onStopped(reason: string): void;
}

export class RecordingTape implements Tape {
  readonly #sink: Sink;
  #room: number;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #isOver = false;
  #isRestarting = false;

  constructor(sink: Sink) {
    this.#sink = sink;
    this.#room = sink.room;
  }

  begin(facts: Omit<StartFacts, 'partitions'>, flash: Flash): void {
    const partitions = geometryOf(flash);
    this.#mark('start', encodeStart({ ...facts, partitions }));
    for (const { name } of partitions) this.#keepFlash(name, flash);
    this.#mark('begin', '');
    this.flush();
  }

  call<T>(operation: Operation, about: string, codec: Codec<T>, perform: () => T): T {
    if (this.#isOver || this.#isRestarting) return perform();
    this.#isRestarting = operation === 'restart';
    // Before it is performed: it ends the process.
    if (this.#isRestarting) this.#mark(operation, about);
    let value: T;
    try {
      value = perform();
    } catch (error) {
      const given = encodeText(`${(error as Error).message}`.slice(0, 1000));
      if (!this.#isRestarting) this.add({ operation, about, outcome: 'threw', given });
      throw error;
    }
    if (this.#isRestarting) return value;
    const given = codec.encode(value);
    this.add({ operation, about, outcome: given ? 'gave' : 'done', given: given ?? new Uint8Array(0) });
    return value;
  }

  effect(operation: Operation, about: string, perform: () => void): void {
    this.call(operation, about, { encode: () => undefined, decode: () => {} }, perform);
  }

  stop(reason: string): void {
    if (this.#isOver) return;
    this.end(`stopped: ${reason}`);
    this.#sink.onStopped(reason);
  }

  end(reason: string): void {
    if (this.#isOver) return;
    this.#mark('end', reason.slice(0, 2000));
    this.flush();
    this.#isOver = true;
  }

  add(entry: Entry): void {
    if (this.#isOver) return;
    const encoded = encodeEntry(entry);
    if (this.#waitingBytes + encoded.length > FRAME_BYTES_MAX) this.flush();
    this.#waiting.push(encoded);
    this.#waitingBytes += encoded.length;
    if (this.#waitingBytes > WAITING_BYTES_MAX) this.flush();
  }

  flush(): void {
    if (this.#waitingBytes === 0 || this.#isOver) return;
    const frame = encodeFrame(concat(...this.#waiting));
    this.#waiting = [];
    this.#waitingBytes = 0;
    try {
      if (frame.length > this.#room) throw new Error('the recording is as long as one may be');
      this.#sink.write(frame);
      this.#room -= frame.length;
    } catch (error) {
      this.#isOver = true;
      this.#sink.onStopped((error as Error).message);
    }
  }

  #mark(operation: Operation, about: string): void {
    this.add({ operation, about, outcome: 'done', given: new Uint8Array(0) });
  }

  /** Keeps what is not erased of a partition. */
  #keepFlash(name: PartitionName, flash: Flash): void {
    const partition = flash.open(name);
    const piece = Math.min(FLASH_PIECE_BYTES, GIVEN_BYTES_MAX, partition.size);
    for (let at = 0; at < partition.size; at += piece) {
      const given = partition.read(at, Math.min(piece, partition.size - at));
      let length = given.length;
      while (length > 0 && given[length - 1] === 0xff) length--;
      const about = `${name} ${at}`;
      if (length > 0)
        this.add({ operation: 'flash', about, outcome: 'gave', given: given.subarray(0, length) });
    }
  }
}

/** The partitions that a flash has, up to the first that it refuses. @throws Error without those that every board has */
function geometryOf(flash: Flash): StartFacts['partitions'] {
  const found: StartFacts['partitions'][number][] = [];
  for (const name of PARTITIONS) {
    try {
      const { sectorSize, size } = flash.open(name);
      found.push({ name, size, sectorSize });
    } catch (error) {
      if (found.length < PARTITIONS_MIN) throw error;
      break;
    }
  }
  return found;
}

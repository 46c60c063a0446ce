/**
 * The journal of a production line: one line of JSON for each step of each board, appended and on the disk before the next
 * step begins. Whatever ended the process, the same command reads it and goes on. It holds
 * no secret but what the URLs of endpoints carry.
 */
import * as fs from 'node:fs';
import * as v from 'valibot';
import { CONFIGURATION_BYTES_MAX } from '../../firmware/trust/configuration.js';
import { takeLock } from '../../host-sim/node/lock.js';
import { FileProblem, readBoundedFile } from '../cli/boundedFile.js';
import { Failure } from '../cli/failure.js';
import type { Hex } from '../cli/kinds.js';

/** So many bytes, or any number of them up to `bytesMax`. */
const hex = (bytes: number, bytesMax = bytes) =>
  v.pipe(
    v.string(),
    v.regex(new RegExp(`^0x([0-9a-f]{2}){${bytes},${bytesMax}}$`)),
    v.transform(text => text as Hex),
  );
const serial = v.string();
const board = { serial, key: hex(20), device: hex(20) };

const entrySchema = v.variant('step', [
  v.object({ step: v.literal('begun'), serial, port: v.string() }),
  v.object({ step: v.literal('flashed'), serial, mac: v.string(), image: hex(32) }),
  /** Said before the chain is told: from now on this key is that board's, and no other's. */
  v.object({ step: v.literal('registering'), ...board }),
  /** Said before the board is asked for its proof: it signs one at a time, and none beside other trust ever after. */
  v.object({
    step: v.literal('proving'),
    ...board,
    trust: hex(1, CONFIGURATION_BYTES_MAX),
    deadline: v.pipe(v.number(), v.safeInteger()),
  }),
  v.object({ step: v.literal('registered'), ...board }),
  /** Said before the chain is told; the label lies there already. */
  v.object({ step: v.literal('offering'), serial, claimKey: hex(20) }),
  v.object({ step: v.literal('done'), ...board }),
  v.object({ step: v.literal('failed'), serial, code: v.string(), message: v.string() }),
]);
/** One step. Each line of the file has `at` beside it, the time by the machine's clock. */
export type JournalEntry = v.InferOutput<typeof entrySchema>;

/** A possession proof that a board was asked for. */
export interface AskedProof {
  /** The encoded trust configuration that the board had then. */
  trust: Hex;
  /** Unix seconds until which the proof is good. */
  deadline: number;
}

/** All that the journal knows of one board. */
export interface KnownBoard {
  key?: Hex;
  device?: Hex;
  claimKey?: Hex;
  /** The newest that it was asked for. */
  proof?: AskedProof;
  /** Of its chip, where it was flashed here. */
  mac?: string;
  done: boolean;
}

export const JOURNAL_BYTES_MAX = 40_000_000;

export class Journal {
  readonly path: string;
  readonly #file: number;
  readonly #lock: string;
  readonly #boards = new Map<string, KnownBoard>();
  readonly #serialOfKey = new Map<Hex, string>();
  #isClosed = false;

  private constructor(path: string, lock: string, file: number) {
    [this.path, this.#lock, this.#file] = [path, lock, file];
  }

  /**
   * Opens the journal, made if it is not there, for this process alone. A last line that was cut off in its writing is taken
   * away: its step was not done.
   *
   * @throws Failure `production_journal` where another process has it, or a line of it is none
   */
  static open(path: string): Journal {
    const lock = `${path}.lock`;
    const file = opening(path, () => {
      const holder = takeLock(lock);
      if (holder !== undefined)
        throw new Failure(
          'production_journal',
          `The process ${holder} writes to ${path}: one line at a time has a journal. Wait for it, or give --journal FILE.`,
        );
      return fs.openSync(path, 'a', 0o600);
    });
    const journal = new Journal(path, lock, file);
    try {
      journal.#read();
      return journal;
    } catch (error) {
      journal.close();
      throw error;
    }
  }

  /** The state of the board with that serial number; nothing, of one that was never begun. */
  of(serialNumber: string): Readonly<KnownBoard> {
    return this.#boards.get(serialNumber) ?? { done: false };
  }

  /** The serial number under which a key was registered, or was about to be. */
  serialOf(key: Hex): string | undefined {
    return this.#serialOfKey.get(key);
  }

  /** The serial number under which the board with that chip was registered, or was about to be. */
  serialOfChip(mac: string): string | undefined {
    for (const [serialNumber, known] of this.#boards)
      if (known.mac === mac && known.key !== undefined) return serialNumber;
    return undefined;
  }

  /** Writes down a step; it is on the disk when this returns. */
  append(entry: JournalEntry): void {
    const line = `${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`;
    fs.writeSync(this.#file, line);
    fs.fsyncSync(this.#file);
    this.#take(entry);
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    fs.closeSync(this.#file);
    fs.rmSync(this.#lock, { force: true });
  }

  #read(): void {
    const bytes = Buffer.from(boundedBytes(this.path));
    const whole = bytes.lastIndexOf(0x0a) + 1;
    if (whole < bytes.length) fs.truncateSync(this.path, whole);
    const lines = bytes.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
    lines.forEach((line, index) => {
      const parsed = v.safeParse(entrySchema, parseJson(line));
      if (!parsed.success)
        throw new Failure(
          'production_journal',
          `Line ${index + 1} of ${this.path} is no step of a production line: it was changed, or is another file. Bring back the journal; without it boards would be made twice.`,
        );
      this.#take(parsed.output);
    });
  }

  #take(entry: JournalEntry): void {
    const known = this.#boards.get(entry.serial) ?? { done: false };
    this.#boards.set(entry.serial, known);
    if (entry.step === 'registering') {
      // A board that never came onto the chain may be exchanged for another.
      if (known.key !== undefined && known.key !== entry.key) {
        this.#serialOfKey.delete(known.key);
        [known.claimKey, known.proof] = [undefined, undefined];
      }
      [known.key, known.device] = [entry.key, entry.device];
      this.#serialOfKey.set(entry.key, entry.serial);
    }
    if (entry.step === 'flashed') known.mac = entry.mac;
    if (entry.step === 'proving') known.proof = { trust: entry.trust, deadline: entry.deadline };
    if (entry.step === 'offering') known.claimKey = entry.claimKey;
    if (entry.step === 'done') known.done = true;
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function boundedBytes(path: string): Uint8Array {
  try {
    return readBoundedFile(path, JOURNAL_BYTES_MAX);
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    throw new Failure('production_journal', `${path} ${error.message}.`);
  }
}

function opening(path: string, open: () => number): number {
  try {
    return open();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      'production_journal',
      `The journal ${path} cannot be written (${(error as NodeJS.ErrnoException).code}): give --journal FILE in a folder that is yours.`,
    );
  }
}

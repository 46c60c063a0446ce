/**
 * A JSON text in pieces as they come from a socket, of which the values of a shape are kept and nothing else.
 *
 * Strict where parsers differ, so that no text means one thing here and another elsewhere: UTF-8 without a byte
 * order mark, no surrogate alone (RFC 8259, 8.2), nothing but white space behind the text, and no wanted name twice
 * in an object (RFC 7493, 2.3; names that nobody wants are not compared). At most 32 arrays and objects within each
 * other.
 */
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { type Json, JsonFault, type JsonScanner } from '../port/json.js';
import { KEPT_ROOM, readKept } from './kept.js';
import { planOf } from './plan.js';
import type { Kept, Shape } from './shape.js';

/** Malformed: no JSON, or none of that shape. Oversized: more of what was asked for than was allowed. */
export type ScanVerdict<S> = Verdict<Kept<S>, 'malformed' | 'oversized', never>;

/** Bytes to begin with: a block's number and hash, a chain id, an error. */
const KEPT_FIRST = 256;

/** One text: `push` its pieces, then `end`. */
export class JsonScan<S extends Shape> {
  readonly #shape: S;
  readonly #keptMax: number;
  readonly #scanner: JsonScanner;
  #kept: Uint8Array;
  #failed: Exclude<ScanVerdict<S>, { verdict: 'accepted' }> | undefined = undefined;

  /**
   * @param keptBytesMax bytes of everything kept together; each value costs four more than its own, each array and
   *   object three
   */
  constructor(json: Json, shape: S, keptBytesMax: number) {
    this.#shape = shape;
    this.#keptMax = keptBytesMax + KEPT_ROOM;
    this.#scanner = json.scanner(planOf(shape));
    this.#kept = new Uint8Array(Math.min(KEPT_FIRST, this.#keptMax));
  }

  /** False once it is clear that the text is no good: whatever follows need not be read. */
  push(bytes: Uint8Array): boolean {
    let at = 0;
    while (at < bytes.length && this.#failed === undefined) {
      at = this.#scanner.push(bytes, at, this.#kept);
      if (at < 0) this.#fail(-at);
      else if (at < bytes.length) this.#grow();
    }
    return this.#failed === undefined;
  }

  /** The text has ended. To be called once. */
  end(): ScanVerdict<S> {
    if (this.#failed) return this.#failed;
    const length = this.#scanner.end(this.#kept);
    if (length < 0) this.#fail(-length);
    return this.#failed ?? accepted(readKept(this.#shape, this.#kept.subarray(0, length)));
  }

  #grow(): void {
    const { length } = this.#kept;
    if (length >= this.#keptMax) {
      this.#failed = rejected(
        'oversized',
        `more than the ${this.#keptMax - KEPT_ROOM} bytes that were asked for`,
      );
      return;
    }
    const larger = new Uint8Array(Math.min(2 * length, this.#keptMax));
    larger.set(this.#kept);
    this.#kept = larger;
  }

  #fail(fault: number): void {
    this.#kept = new Uint8Array(0);
    if (fault === JsonFault.deep) this.#failed = rejected('malformed', 'JSON nested too deep');
    else if (fault === JsonFault.twice)
      this.#failed = rejected('malformed', 'JSON with a name twice in an object');
    else if (fault === JsonFault.type)
      this.#failed = rejected('malformed', 'JSON with a value of another type');
    else if (fault === JsonFault.long)
      this.#failed = rejected('oversized', 'a longer value than was asked for');
    else if (fault === JsonFault.many)
      this.#failed = rejected('oversized', 'more values than were asked for');
    else this.#failed = rejected('malformed', 'not JSON');
  }
}

/** Reports of an app that wait to be sent, bounded: what finds no room is counted, and its reader is told how many. */

import { safeParse } from 'valibot';
import { equal } from '../bytes/equal.js';
import type { Clock } from '../port/clock.js';
import { decodeCbor, encodeCbor } from './cbor.js';
import { REPORT_BYTES_MAX, TELEMETRY_KINDS_MAX, type Telemetry } from './telemetry.js';

/** All reports of a batch as CBOR. Signed and sealed, a batch then has the smallest size of sealed messages. */
export const REPORTS_BYTES_MAX = 384;

/** Bytes of a report beside its value: milliseconds, and its part of the length of a list. */
const REPORT_HEAD_BYTES = 6;
/** Bytes of a name beside its text: its length, and the head of its list. */
const NAME_HEAD_BYTES = 5;

/** Reports that were taken to be sent together. */
export interface TakenReports {
  /** Monotonic milliseconds of the first one. */
  beganMs: number;
  /** Reports that found no room since the batch before. */
  dropped: number;
  /** CBOR: by name, a list of milliseconds after the first and value, one pair after the other. */
  bytes: Uint8Array;
}

/** The reports of one app. */
export class Reports {
  /** Told of each report that was taken, with its value as the schema gives it. */
  onReport: ((name: string, value: unknown) => void) | undefined = undefined;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #kinds: Readonly<Record<string, Telemetry>>;
  readonly #pending = new Map<string, unknown[]>();
  /** CBOR of the newest value of each kind that is reported on change alone. */
  readonly #last = new Map<string, Uint8Array>();
  #bytes = 1;
  #beganMs = 0;
  #dropped = 0;

  /** Throws a RangeError on more than `TELEMETRY_KINDS_MAX` kinds. */
  constructor(kinds: Readonly<Record<string, Telemetry>>, clock: Pick<Clock, 'monotonic'>) {
    if (Object.keys(kinds).length > TELEMETRY_KINDS_MAX) {
      throw new RangeError(`an app has ${TELEMETRY_KINDS_MAX} kinds of telemetry at most`);
    }
    this.#kinds = kinds;
    this.#clock = clock;
  }

  /** True when something waits to be sent, a number of dropped reports too. */
  get waiting(): boolean {
    return this.#pending.size > 0 || this.#dropped > 0;
  }

  /** True when there is no room for another report as long as the longest. */
  get full(): boolean {
    return this.#bytes + REPORT_BYTES_MAX + REPORT_HEAD_BYTES > REPORTS_BYTES_MAX;
  }

  /** Takes a value in. Throws a RangeError on a name that is not declared, a TypeError on a value that does not fit. */
  report(name: string, value: unknown): void {
    if (!Object.keys(this.#kinds).includes(name))
      throw new RangeError(`no telemetry is declared as "${name}"`);
    const kind = this.#kinds[name];
    const checked = safeParse(kind.value, value);
    if (!checked.success) throw new TypeError(`telemetry ${name}: ${checked.issues[0].message.slice(0, 80)}`);
    const bytes = encodeCbor(checked.output);
    if (bytes.length > REPORT_BYTES_MAX) {
      throw new TypeError(`telemetry ${name} has ${bytes.length} bytes, ${REPORT_BYTES_MAX} at most`);
    }
    const last = this.#last.get(name);
    if (kind.onChange && last && equal(last, bytes)) return;
    if (!this.#add(name, bytes)) this.#dropped++;
    else if (kind.onChange) this.#last.set(name, bytes);
    this.onReport?.(name, checked.output);
  }

  /** Takes all that waits out; undefined when nothing does. */
  take(): TakenReports | undefined {
    if (!this.waiting) return undefined;
    const beganMs = this.#pending.size > 0 ? this.#beganMs : this.#clock.monotonic();
    const bytes = encodeCbor(Object.fromEntries(this.#pending));
    const taken = { beganMs, dropped: this.#dropped, bytes };
    this.#pending.clear();
    this.#bytes = 1;
    this.#dropped = 0;
    return taken;
  }

  #add(name: string, bytes: Uint8Array): boolean {
    const list = this.#pending.get(name);
    const more = bytes.length + REPORT_HEAD_BYTES + (list ? 0 : name.length + NAME_HEAD_BYTES);
    if (this.#bytes + more > REPORTS_BYTES_MAX) return false;
    if (this.#pending.size === 0) this.#beganMs = this.#clock.monotonic();
    this.#bytes += more;
    // A copy, since what the app changes later was not reported.
    const pair = [Math.round(this.#clock.monotonic() - this.#beganMs), decodeCbor(bytes)];
    if (list) list.push(...pair);
    else this.#pending.set(name, pair);
    return true;
  }
}

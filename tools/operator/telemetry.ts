/** A batch of telemetry in words: its reports one by one, with their time. */
import { decodeCbor } from '../../firmware/app/cbor.js';
import { BATCHES_OF_A_START, type TelemetryBatch } from '../../firmware/device/telemetryBatch.js';

/** A batch with the address that signed it (0x…, lower case), undefined when the signature is none. */
export interface SeenBatch extends TelemetryBatch {
  signer: string | undefined;
}

/** One report of an app. */
export interface SeenReport {
  name: string;
  value: unknown;
  /** Milliseconds after the first report of its batch. */
  afterMs: number;
  /** ISO time by the board's clock; undefined while the board has none. */
  time: string | undefined;
}

/** The start of the board that a batch is of, and its number in it; both from 1. */
export const placeOf = (counter: number): { start: number; number: number } => ({
  start: Math.floor(counter / BATCHES_OF_A_START),
  number: counter % BATCHES_OF_A_START,
});

/** The reports of a batch in the order in which they were made; what is no list of reports gives none. */
export function reportsOf({ began, reports }: TelemetryBatch): SeenReport[] {
  const lists = decodeCbor(reports);
  if (typeof lists !== 'object' || lists === null) return [];
  const all: SeenReport[] = [];
  for (const [name, list] of Object.entries(lists)) {
    if (!Array.isArray(list)) continue;
    for (let i = 0; i + 1 < list.length; i += 2) {
      const [afterMs, value] = [Number(list[i]), list[i + 1] as unknown];
      const time = began === 0 ? undefined : new Date(began * 1000 + afterMs).toISOString();
      all.push({ name, value, afterMs, time });
    }
  }
  return all.sort((a, b) => a.afterMs - b.afterMs);
}

/** The lack between two batches of a board. */
export type Gap =
  /** So many batches of one start were pushed out of the ring, or withheld. */
  | { kind: 'missing'; batches: number }
  /** The board started anew; what it had not sent of before is lost, and so many batches of this start are missing. */
  | { kind: 'restart'; batches: number };

/** The gap before a batch that follows another; undefined when there is none, and for one that came before. */
export function gapBefore(counter: number, previous: number): Gap | undefined {
  if (counter <= previous) return undefined;
  const [now, before] = [placeOf(counter), placeOf(previous)];
  if (now.start > before.start) return { kind: 'restart', batches: now.number - 1 };
  return now.number === before.number + 1
    ? undefined
    : { kind: 'missing', batches: now.number - before.number - 1 };
}

/** One kind of telemetry: a value that an app reports by itself. */

import type { GenericSchema, InferOutput } from 'valibot';

/** Kinds of an app at once. */
export const TELEMETRY_KINDS_MAX = 16;
/** The greatest size of one value as CBOR. */
export const REPORT_BYTES_MAX = 128;

/** The options of a kind. With `read` the framework reads the value by itself; without it the app calls `report`. */
export interface TelemetryOptions<Schema extends GenericSchema> {
  /** The schema of a value. What does not match is a fault of the app, and is not reported. */
  value: Schema;
  /** Milliseconds between two readings; only with `read`. */
  everyMs?: number;
  /** Reads the value. What it throws is a fault of the app. */
  read?(): InferOutput<Schema> | Promise<InferOutput<Schema>>;
  /** True when a value that is equal to the one before is not reported again. */
  onChange?: boolean;
}

/** A kind as the framework holds it, with the type of its value forgotten. */
export interface Telemetry {
  readonly value: GenericSchema;
  readonly everyMs?: number;
  readonly read?: () => unknown;
  readonly onChange: boolean;
}

/**
 * Declares a kind. Throws a TypeError on options that contradict each other.
 *
 * @example
 * telemetry: { celsius: telemetry({ value: v.number(), everyMs: 60_000, read: () => probe.celsius() }) }
 */
export function telemetry<const Schema extends GenericSchema>(options: TelemetryOptions<Schema>): Telemetry {
  const { everyMs, onChange = false, read, value } = options;
  if ((everyMs === undefined) !== (read === undefined)) {
    throw new TypeError(
      'telemetry that is read has a period, and what has a period is read: everyMs and read',
    );
  }
  return { value, everyMs, read, onChange };
}

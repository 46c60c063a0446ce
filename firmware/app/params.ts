/** Params and results: CBOR (RFC 8949), deterministic, bounded in size and depth, checked against a schema. */

import { decode, encode } from 'cborg';
import { safeParse } from 'valibot';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import type { Action, Result } from './action.js';

export const PARAMS_BYTES_MAX = 512;
/** Receipts are stored with their results, and so many of them must fit into the journal together. */
export const RESULT_BYTES_MAX = 256;
const NESTING_LEVELS_MAX = 8;

/** What JSON can say too, and bytes; one form for each value. */
const PLAIN = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
} as const;

/**
 * Whether nesting stays within bounds, by looking at heads only: the decoder recurses, and a chip's stack is short.
 * Malformed input passes or fails here as it likes; the decoder refuses it.
 */
function shallow(bytes: Uint8Array): boolean {
  const open: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const major = bytes[at] >> 5;
    const short = bytes[at] & 31;
    at++;
    let argument = short;
    if (short >= 24 && short <= 27) {
      const width = 1 << (short - 24);
      argument = 0;
      for (let i = 0; i < width && at < bytes.length; i++) argument = argument * 256 + bytes[at++];
    } else if (short > 27) return false;
    if (major === 2 || major === 3) at += argument;
    if (open.length > 0) open[open.length - 1]--;
    if (major === 4 || major === 5) open.push(major === 5 ? argument * 2 : argument);
    else if (major === 6) open.push(1);
    while (open.length > 0 && open[open.length - 1] <= 0) open.pop();
    if (open.length > NESTING_LEVELS_MAX) return false;
  }
  return true;
}

export function encodeParams(params: unknown): Uint8Array {
  return encode(params);
}

/** For people: whatever the bytes mean, or undefined. */
export function decodeParams(bytes: Uint8Array): unknown {
  if (bytes.length > PARAMS_BYTES_MAX || !shallow(bytes)) return undefined;
  try {
    return decode(bytes, PLAIN);
  } catch {
    return undefined;
  }
}

/** What the action's `run` may be given, or why not. */
export function parseParams(action: Action, bytes: Uint8Array): Verdict<unknown, 'params', never> {
  if (bytes.length > PARAMS_BYTES_MAX)
    return rejected('params', `params of ${bytes.length} bytes, ${PARAMS_BYTES_MAX} at most`);
  const value = decodeParams(bytes);
  if (value === undefined) return rejected('params', 'params are not plain CBOR');
  try {
    const checked = safeParse(action.params, value);
    if (checked.success) return accepted(checked.output);
    return rejected('params', checked.issues[0].message.slice(0, 100));
  } catch {
    return rejected('params', 'the schema cannot judge these params');
  }
}

/** The result's CBOR; undefined when it is larger than a receipt may speak of. */
export function encodeResult(result: Result): Uint8Array | undefined {
  if (result === undefined) return new Uint8Array(0);
  const bytes = encode(result);
  return bytes.length <= RESULT_BYTES_MAX ? bytes : undefined;
}

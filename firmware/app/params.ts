/** Params and results: CBOR (RFC 8949), deterministic, bounded in size and depth, checked against a schema. */

import { decode, encode } from 'cborg';
import { safeParse } from 'valibot';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { type Action, PARAMS_BYTES_MAX, RESULT_BYTES_MAX, type Result } from './action.js';

/** The greatest depth of lists and maps in each other. */
const NESTING_LEVELS_MAX = 8;

/** The decoder's options: the values of JSON, and bytes, each in one form only. */
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
 * True when the nesting stays within bounds, by the heads of the items alone: the decoder recurses, and a chip's stack
 * is short. The answer for malformed input does not matter, because the decoder refuses it.
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

/** The CBOR of params or of any other plain value. Throws on one that CBOR cannot hold. */
export function encodeParams(params: unknown): Uint8Array {
  return encode(params);
}

/** The plain value of CBOR, `PARAMS_BYTES_MAX` at most; undefined when the bytes are not plain CBOR. Never throws. */
export function decodeParams(bytes: Uint8Array): unknown {
  if (bytes.length > PARAMS_BYTES_MAX || !shallow(bytes)) return undefined;
  try {
    return decode(bytes, PLAIN);
  } catch {
    return undefined;
  }
}

/** The argument for the action's `run`, from untrusted bytes that its schema accepts. Never throws. */
export function parseParams(action: Action, bytes: Uint8Array): Verdict<unknown, 'params', never> {
  if (bytes.length > PARAMS_BYTES_MAX)
    return rejected(
      'params',
      `the params have ${bytes.length} bytes, ${PARAMS_BYTES_MAX} are allowed at most`,
    );
  const value = decodeParams(bytes);
  if (value === undefined) return rejected('params', 'the params are not plain CBOR');
  try {
    const checked = safeParse(action.params, value);
    if (checked.success) return accepted(checked.output);
    return rejected('params', checked.issues[0].message.slice(0, 100));
  } catch {
    return rejected('params', "the action's schema cannot judge these params");
  }
}

/** The CBOR of a result, empty for undefined; undefined when it is larger than `RESULT_BYTES_MAX`. */
export function encodeResult(result: Result): Uint8Array | undefined {
  if (result === undefined) return new Uint8Array(0);
  const bytes = encode(result);
  return bytes.length <= RESULT_BYTES_MAX ? bytes : undefined;
}

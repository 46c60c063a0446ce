/** Params and results: CBOR (RFC 8949), deterministic, bounded in size and depth, checked against a schema. */

import { safeParse } from 'valibot';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { type Action, PARAMS_BYTES_MAX, RESULT_BYTES_MAX, type Result } from './action.js';
import { decodeCbor, encodeCbor } from './cbor.js';

/** The CBOR of params or of any other plain value. Throws on one that CBOR cannot hold. */
export function encodeParams(params: unknown): Uint8Array {
  return encodeCbor(params);
}

/** The plain value of CBOR, `PARAMS_BYTES_MAX` at most; undefined when the bytes are not plain CBOR. Never throws. */
export function decodeParams(bytes: Uint8Array): unknown {
  return bytes.length > PARAMS_BYTES_MAX ? undefined : decodeCbor(bytes);
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
  const bytes = encodeCbor(result);
  return bytes.length <= RESULT_BYTES_MAX ? bytes : undefined;
}

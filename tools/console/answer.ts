/** The answers of a board at its console, and its signatures: nothing of them is believed unchecked. */
import * as v from 'valibot';
import type { Hex } from '../../contracts/client/index.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { Failure } from '../cli/failure.js';
import { crypto } from '../operator/boardChannel.js';

/** The answer to a console method, if it has that form. @throws Failure `board` */
export function answer<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  method: string,
): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  throw new Failure(
    'board',
    `The board’s answer to ${method} is not that of a Holdfast board (${v.getDotPath(parsed.issues[0]) ?? 'all of it'}): check that the console is a board's, and its firmware.`,
  );
}

/** The address that signed the digest (32 bytes) with the signature (65 bytes); undefined for none. */
export function signerOf(digest: Hex, signature: Hex): string | undefined {
  const signer = crypto.recoverAddress(fromHex(digest, 32)!, fromHex(signature, 65)!);
  return signer && toHex(signer);
}

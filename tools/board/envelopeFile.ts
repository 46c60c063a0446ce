/**
 * Envelopes on disk. An envelope is written before its link goes on chain: a link whose envelope is lost holds the
 * board's queue until its time is over.
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { DELIVERY_BYTES_MAX, type Delivery, parseDelivery } from '../../firmware/command/wire.js';
import { Failure } from '../cli/failure.js';

export const ENVELOPES = join('.holdfast', 'envelopes');

/** Returns the file's path. */
export function keepEnvelope(hash: Uint8Array, bytes: Uint8Array): string {
  fs.mkdirSync(ENVELOPES, { recursive: true, mode: 0o700 });
  const path = join(ENVELOPES, `${toHex(hash)}.hex`);
  fs.writeFileSync(path, `${toHex(bytes)}\n`, { mode: 0o600 });
  return path;
}

/** The delivery in a file, and its bytes. */
export function readEnvelope(path: string): { bytes: Uint8Array; delivery: Delivery } {
  let text: string;
  try {
    const { size } = fs.statSync(path);
    if (size > 2 * DELIVERY_BYTES_MAX + 8)
      throw new Failure('envelope', `${path} is too long for an envelope.`);
    text = fs.readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      'envelope',
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code}): check the path.`,
    );
  }
  const bytes = fromHex(text);
  const parsed = bytes && parseDelivery(bytes);
  if (parsed?.verdict !== 'accepted') {
    throw new Failure('envelope', `${path} holds no envelope: holdfast command keeps them in ${ENVELOPES}.`);
  }
  return { bytes: bytes!, delivery: parsed.value };
}

/**
 * Envelopes on disk. An envelope is written before its link goes on chain: a link whose envelope is lost holds the
 * board's queue until its time is over.
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { DELIVERY_BYTES_MAX, type Delivery, parseDelivery } from '../../firmware/command/wire.js';
import { FileProblem, readBoundedFile } from '../cli/boundedFile.js';
import { Failure } from '../cli/failure.js';
import { writeWholeFiles } from '../cli/wholeFiles.js';

const ENVELOPES = join('.holdfast', 'envelopes');

/** Returns the file's path. */
export function keepEnvelope(hash: Uint8Array, bytes: Uint8Array): string {
  fs.mkdirSync(ENVELOPES, { recursive: true, mode: 0o700 });
  const path = fileOf(toHex(hash));
  writeWholeFiles([[path, `${toHex(bytes)}\n`]], 0o600);
  return path;
}

const fileOf = (hash: string): string => join(ENVELOPES, `${hash}.hex`);

/** The kept envelope of a hash (0x…), undefined when it is not here. @throws Failure when its file holds none */
export const keptEnvelope = (hash: string): ReturnType<typeof readEnvelope> | undefined =>
  fs.existsSync(fileOf(hash)) ? readEnvelope(fileOf(hash)) : undefined;

/**
 * Puts a kept envelope aside, so that nobody takes it for an order that is still to be given. Returns what brings it back.
 */
export function setAside(hash: string): () => void {
  const aside = `${fileOf(hash)}.relinked`;
  fs.renameSync(fileOf(hash), aside);
  return () => fs.renameSync(aside, fileOf(hash));
}

/** The delivery in a file, and its bytes. */
export function readEnvelope(path: string): { bytes: Uint8Array; delivery: Delivery } {
  const bytes = fromHex(readText(path).trim());
  const parsed = bytes && parseDelivery(bytes);
  if (parsed?.verdict !== 'accepted') {
    throw new Failure(
      'envelope',
      `${path} does not hold an envelope: name a file that holdfast command kept (in ${ENVELOPES}).`,
    );
  }
  return { bytes: bytes!, delivery: parsed.value };
}

function readText(path: string): string {
  try {
    return Buffer.from(readBoundedFile(path, 2 * DELIVERY_BYTES_MAX + 8)).toString('utf8');
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    const remedy = error.reason === 'too_long' ? 'it is not an envelope' : 'check the path';
    throw new Failure('envelope', `${path} ${error.message}: ${remedy}.`);
  }
}

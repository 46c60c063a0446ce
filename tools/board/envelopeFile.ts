/**
 * Envelopes on disk. An envelope is written before its link goes on chain: a link whose envelope is lost holds the
 * board's queue until its time is over.
 */
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { DELIVERY_BYTES_MAX, type Delivery, parseDelivery } from '../../firmware/command/wire.js';
import { FileProblem, readBoundedFile } from '../cli/boundedFile.js';
import { Failure } from '../cli/failure.js';
import { writeWholeFiles } from '../cli/wholeFiles.js';

const FOLDER = 'envelopes';

/** Keeps an envelope below `home`, the directory of the project file. Returns the file's path. */
export function keepEnvelope(home: string, hash: Uint8Array, bytes: Uint8Array): string {
  const path = fileOf(home, toHex(hash));
  fs.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeWholeFiles([[path, `${toHex(bytes)}\n`]], 0o600);
  return path;
}

const fileOf = (home: string, hash: string): string => join(home, FOLDER, `${hash}.hex`);

/** The kept envelope of a hash (0x…), undefined when it is not here. @throws Failure when its file holds none */
export function keptEnvelope(home: string, hash: string): ReturnType<typeof readEnvelope> | undefined {
  const path = fileOf(home, hash);
  return fs.existsSync(path) ? readEnvelope(path) : undefined;
}

/**
 * Puts a kept envelope aside, so that nobody takes it for an order that is still to be given. Returns what brings it back.
 */
export function setAside(home: string, hash: string): () => void {
  const path = fileOf(home, hash);
  const aside = `${path}.relinked`;
  fs.renameSync(path, aside);
  return () => fs.renameSync(aside, path);
}

/** The delivery in a file, and its bytes. */
export function readEnvelope(path: string): { bytes: Uint8Array; delivery: Delivery } {
  const bytes = fromHex(readText(path).trim());
  const parsed = bytes && parseDelivery(bytes);
  if (parsed?.verdict !== 'accepted') {
    throw new Failure(
      'envelope',
      `${path} does not hold an envelope: name a file that holdfast command kept (in .holdfast/envelopes).`,
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

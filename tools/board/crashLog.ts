/**
 * Crash receipts that were seen, kept in a file, since the broker keeps the newest alone. One JSON object a line. Nothing
 * in the file is believed: the signer of each is recovered again.
 */
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { FileProblem, readBoundedFile } from '../cli/boundedFile.js';
import { Failure } from '../cli/failure.js';
import { crypto } from '../operator/boardMail.js';
import { type SeenCrash, seenCrash } from '../operator/crash.js';
import type { Board } from './receiptLog.js';

const LOG_BYTES_MAX = 1 << 26;
const LINE_CHARACTERS_MAX = 4096;

const lineSchema = v.object({
  chainId: v.number(),
  device: v.pipe(v.string(), v.regex(/^0x[0-9a-f]{40}$/)),
  /** The key of the Device when the receipt came. */
  key: v.string(),
  /** The receipt as the board published it, in hexadecimal. */
  receipt: v.string(),
});

/** A crash of a board. */
export interface KeptCrash extends SeenCrash {
  /** 0x…, lower case. */
  device: string;
}

/** Appends a receipt that the Device's key signed; makes the file (mode 0600) and its directory. */
export function keepCrash(path: string, { chainId, device }: Board, { bytes, signer }: SeenCrash): void {
  const seen = new Date().toISOString();
  const line = { seen, chainId, device: device.toLowerCase(), key: signer, receipt: toHex(bytes) };
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
}

/**
 * The crashes of all boards of a chain, in the order in which they were seen, and how many lines hold none that their
 * board's key signed. @throws Failure `crashes`
 */
export function readCrashes(path: string, chainId: number): { crashes: KeptCrash[]; unreadable: number } {
  const crashes: KeptCrash[] = [];
  let unreadable = 0;
  for (const line of readLog(path).split('\n')) {
    if (line === '') continue;
    const read = readLine(line);
    if (!read) unreadable++;
    else if (read.chainId === chainId) crashes.push(read.crash);
  }
  return { crashes, unreadable };
}

function readLog(path: string): string {
  try {
    return Buffer.from(readBoundedFile(path, LOG_BYTES_MAX)).toString('utf8');
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    if (error.reason === 'absent') return '';
    throw new Failure('crashes', `${path} ${error.message}: move it away, and listen again.`);
  }
}

function readLine(line: string): { chainId: number; crash: KeptCrash } | undefined {
  if (line.length > LINE_CHARACTERS_MAX) return undefined;
  try {
    const { chainId, device, key, receipt } = v.parse(lineSchema, JSON.parse(line));
    const bytes = fromHex(receipt);
    const seen = bytes && seenCrash(crypto, { chainId, verifyingContract: fromHex(device, 20)! }, bytes);
    return seen?.signer === key ? { chainId, crash: { ...seen, device } } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Receipts that were seen, kept in a file so that they can be audited later: the broker keeps none. One JSON object
 * a line. Nothing in the file is believed: every reader checks the signatures again.
 */

import * as fs from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import {
  encodePublishedReceipt,
  type PublishedReceipt,
  parsePublishedReceipt,
} from '../../firmware/ledger/receiptWire.js';
import { FileProblem, readBoundedFile } from '../cli/boundedFile.js';
import { Failure } from '../cli/failure.js';
import type { BoardChannel, SeenReceipt } from '../operator/boardChannel.js';

const LOG_BYTES_MAX = 1 << 28;
const LINE_CHARACTERS_MAX = 4096;

const lineSchema = v.object({
  chainId: v.number(),
  device: v.string(),
  /** The receipt as the board published it, in hexadecimal. */
  receipt: v.string(),
});

export interface Board {
  chainId: number;
  /** 0x…, lower case. */
  device: string;
}

/** Appends one receipt to the log; makes the file (mode 0600) and its directory. @throws Error of the file system */
export function keepReceipt(path: string, { chainId, device }: Board, receipt: PublishedReceipt): void {
  const line = {
    seen: new Date().toISOString(),
    chainId,
    device,
    receipt: toHex(encodePublishedReceipt(receipt)),
  };
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
}

/** Keeps each receipt that the board publishes from now on, if it is wanted; all of them by default. Returns what ends it. */
export function keepReceipts(
  channel: BoardChannel,
  path: string,
  board: Board,
  isWanted: (seen: SeenReceipt) => boolean = () => true,
): () => void {
  const keep = (seen: SeenReceipt) => {
    if (isWanted(seen)) keepReceipt(path, board, seen);
  };
  channel.on('receipt', keep);
  return () => void channel.off('receipt', keep);
}

export interface KeptReceipts {
  receipts: PublishedReceipt[];
  /** Lines that hold no receipt. */
  unreadable: number;
}

/** The receipts of one board, in the order in which they were seen. @throws Failure `receipts` */
export function readReceipts(path: string, { chainId, device }: Board): KeptReceipts {
  const { boards, unreadable } = readAllReceipts(path, chainId);
  return { receipts: boards.get(device) ?? [], unreadable };
}

/** The receipts of all boards of a chain, by Device, in the order in which they were seen. @throws Failure `receipts` */
export function readAllReceipts(
  path: string,
  chainId: number,
): { boards: Map<string, PublishedReceipt[]>; unreadable: number } {
  const boards = new Map<string, PublishedReceipt[]>();
  let unreadable = 0;
  for (const line of readLog(path).split('\n')) {
    if (line === '') continue;
    const read = readLine(line);
    if (!read) unreadable++;
    else if (read.chainId === chainId) {
      const device = read.device.toLowerCase();
      const known = boards.get(device);
      if (known) known.push(read.receipt);
      else boards.set(device, [read.receipt]);
    }
  }
  return { boards, unreadable };
}

function readLog(path: string): string {
  try {
    return Buffer.from(readBoundedFile(path, LOG_BYTES_MAX)).toString('utf8');
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    const remedy =
      error.reason === 'too_long'
        ? 'split it'
        : 'holdfast monitor and holdfast command write it; name another with --receipts FILE';
    throw new Failure('receipts', `${path} ${error.message}: ${remedy}.`);
  }
}

function readLine(line: string): (Board & { receipt: PublishedReceipt }) | undefined {
  if (line.length > LINE_CHARACTERS_MAX) return undefined;
  try {
    const parsed = v.parse(lineSchema, JSON.parse(line));
    const bytes = fromHex(parsed.receipt);
    const receipt = bytes && parsePublishedReceipt(bytes);
    return receipt?.verdict === 'accepted' ? { ...parsed, receipt: receipt.value } : undefined;
  } catch {
    return undefined;
  }
}

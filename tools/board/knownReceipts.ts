/** The greatest receipt counter that the operator knows of a board: an envelope names it, so that a flash put back shows. */
import { existsSync } from 'node:fs';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { receiptHash } from '../../firmware/ledger/receipt.js';
import { crypto } from '../operator/boardChannel.js';
import { type Board, readReceipts } from './receiptLog.js';

export interface KnownOf extends Board {
  /** The board's key. */
  key: string;
  /** Unix seconds: the store that the board counts in now; counters of another say nothing about it. */
  storeBirth: number;
}

/**
 * The greatest counter in the log that the board's key signed; 0 when there is none. Signatures are checked from the
 * greatest counter down, so that mostly one is.
 */
export function greatestKnownReceipt(path: string, { chainId, device, key, storeBirth }: KnownOf): number {
  if (!existsSync(path)) return 0;
  const domain = { chainId, verifyingContract: fromHex(device, 20)! };
  const descending = readReceipts(path, { chainId, device })
    .receipts.filter(({ receipt }) => receipt.storeBirth === storeBirth)
    .sort((a, b) => b.receipt.counter - a.receipt.counter);
  const genuine = descending.find(({ receipt, signature }) => {
    const signer = crypto.recoverAddress(receiptHash(crypto, domain, receipt), signature);
    return signer !== undefined && toHex(signer) === key;
  });
  return genuine?.receipt.counter ?? 0;
}

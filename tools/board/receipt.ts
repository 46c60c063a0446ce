/** Receipts of a board: waited for, and checked for signer, subject and result. */
import type { Contracts } from '../../contracts/client/index.js';
import { decodeParams } from '../../firmware/app/params.js';
import { equal } from '../../firmware/bytes/equal.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { isSealed } from '../../firmware/seal/sealed.js';
import { Failure } from '../cli/failure.js';
import { toJson } from '../cli/json.js';
import { crypto, type SeenReceipt } from '../operator/boardChannel.js';
import type { OpenBoard } from './openBoard.js';

export interface CheckedReceipt {
  hash: string;
  counter: number;
  storeBirth: number;
  previous: string;
  envelopeHash: string;
  outcome: string;
  code: string;
  imageHash: string;
  blockNumber: number;
  blockHash: string;
  signer: string;
  /** The action's result, decoded from CBOR; undefined when the action gave none. */
  result: unknown;
  /** True when this endpoint knows that block by that hash; undefined when the receipt names no block. */
  blockKnown: boolean | undefined;
}

/** @throws Failure when the receipt is not the board's, or its result is not the one it speaks of */
export async function checkReceipt(
  contracts: Contracts,
  key: string,
  seen: SeenReceipt,
): Promise<CheckedReceipt> {
  const { receipt, result, signer } = seen;
  if (signer !== key) {
    throw new Failure(
      'receipt_forged',
      `The receipt is signed by ${signer ?? 'nobody'}, not by the board's key ${key}: do not believe it, and find out who else publishes at this broker.`,
    );
  }
  const sealed = isSealed(result);
  const resultHash = result.length === 0 ? new Uint8Array(32) : crypto.keccak256(result);
  if (!sealed && !equal(resultHash, receipt.resultHash)) {
    throw new Failure(
      'receipt_forged',
      'The result that came with the receipt is not the result that the board signed: do not believe it, and find out who else publishes at this broker.',
    );
  }
  return {
    hash: toHex(seen.hash),
    counter: receipt.counter,
    storeBirth: receipt.storeBirth,
    previous: toHex(receipt.previous),
    envelopeHash: toHex(receipt.envelopeHash),
    outcome: receipt.outcome,
    code: receipt.code,
    imageHash: toHex(receipt.imageHash),
    blockNumber: receipt.blockNumber,
    blockHash: toHex(receipt.blockHash),
    signer,
    result: sealed ? 'sealed to another operator' : result.length === 0 ? undefined : decodeParams(result),
    blockKnown:
      receipt.blockNumber === 0 ? undefined : await knows(contracts, receipt.blockNumber, receipt.blockHash),
  };
}

async function knows({ chain }: Contracts, number: number, hash: Uint8Array): Promise<boolean> {
  try {
    const block = await chain.client.getBlock({ blockNumber: BigInt(number) });
    return block.hash === toHex(hash);
  } catch {
    return false;
  }
}

export interface ReceiptListener {
  /** Undefined when none came in time. Whose the receipt is, `checkReceipt` says. */
  within(milliseconds: number): Promise<SeenReceipt | undefined>;
  /** Idempotent. */
  stop(): void;
}

/** Listens for the next receipt about `subject` from now on. */
export function listenForReceipt({ channel }: OpenBoard, subject: Uint8Array): ReceiptListener {
  let heard: SeenReceipt | undefined;
  let wake = () => {};
  const listen = (seen: SeenReceipt) => {
    if (!equal(seen.receipt.envelopeHash, subject)) return;
    heard ??= seen;
    wake();
  };
  channel.on('receipt', listen);
  return {
    within: async milliseconds => {
      if (heard) return heard;
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, milliseconds);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      return heard;
    },
    stop: () => channel.off('receipt', listen),
  };
}

/** One line for people: counter, outcome, code and result. */
export const receiptLine = ({ code, counter, outcome, result }: CheckedReceipt): string =>
  `receipt ${counter}: ${outcome}${code ? ` (${code})` : ''}` +
  (result === undefined ? '' : `, result ${toJson(result)}`);

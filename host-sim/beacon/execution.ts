/** The blocks of the execution chain that is wrapped, as JSON-RPC tells them. It is our own anvil, so it is believed. */
import { fromHex } from '../../firmware/bytes/hex.js';
import type { StandardPayloadHeader } from '../node/beaconApi/standard.js';

/** One JSON-RPC call to the execution chain. */
export type Ask = (method: string, parameters: unknown[]) => Promise<unknown>;

export interface ExecutionBlock {
  number: number;
  /** Unix seconds. */
  timestamp: number;
  hash: Uint8Array;
  parentHash: Uint8Array;
  payload: StandardPayloadHeader;
  /** As answered. */
  json: Readonly<Record<string, unknown>>;
}

/** Blocks asked for at the same time. */
const CALLS_AT_ONCE_MAX = 64;

/** By number or tag; undefined when there is none. */
export async function readBlock(ask: Ask, which: number | string): Promise<ExecutionBlock | undefined> {
  const name = typeof which === 'number' ? `0x${which.toString(16)}` : which;
  const json = (await ask('eth_getBlockByNumber', [name, false])) as Record<string, string> | null;
  if (!json) return undefined;
  const bytes = (member: string) => fromHex(json[member])!;
  const number = (member: string) => Number(json[member] ?? 0);
  return {
    number: number('number'),
    timestamp: number('timestamp'),
    hash: bytes('hash'),
    parentHash: bytes('parentHash'),
    json,
    payload: {
      parentHash: bytes('parentHash'),
      feeRecipient: bytes('miner'),
      stateRoot: bytes('stateRoot'),
      receiptsRoot: bytes('receiptsRoot'),
      logsBloom: bytes('logsBloom'),
      prevRandao: bytes('mixHash'),
      blockNumber: number('number'),
      gasLimit: number('gasLimit'),
      gasUsed: number('gasUsed'),
      timestamp: number('timestamp'),
      extraData: bytes('extraData').slice(0, 32),
      baseFeePerGas: BigInt(json.baseFeePerGas ?? 0),
      blockHash: bytes('hash'),
      // SSZ roots on a real chain; nobody proves anything from them here, so the tries' roots stand in.
      transactionsRoot: bytes('transactionsRoot'),
      withdrawalsRoot: json.withdrawalsRoot ? bytes('withdrawalsRoot') : new Uint8Array(32),
      blobGasUsed: BigInt(json.blobGasUsed ?? 0),
      excessBlobGas: BigInt(json.excessBlobGas ?? 0),
    },
  };
}

/** All from `first` to `last`. @throws Error when one is missing, which a reorganisation in between can cause */
export async function readBlocks(ask: Ask, first: number, last: number): Promise<ExecutionBlock[]> {
  const blocks: ExecutionBlock[] = [];
  for (let from = first; from <= last; from += CALLS_AT_ONCE_MAX) {
    const count = Math.min(CALLS_AT_ONCE_MAX, last - from + 1);
    const found = await Promise.all(Array.from({ length: count }, (_, i) => readBlock(ask, from + i)));
    for (const block of found) {
      if (!block) throw new Error(`the execution chain lacks a block before ${last}`);
      blocks.push(block);
    }
  }
  return blocks;
}

/** The questions for a chain and its blocks. */
import { readNumber } from '../bytes/bigEndian.js';
import { toHex } from '../bytes/hex.js';
import { data, type Kept, object, type QuantityShape, quantity, type Shape } from '../json/shape.js';
import type { RpcCall } from './client.js';

/** Numbers up to 2^53 - 1. */
const NUMBER = quantity(7);

export const chainIdCall: RpcCall<QuantityShape> = {
  method: 'eth_chainId',
  params: [],
  result: NUMBER,
  keptBytesMax: 16,
};

/**
 * A header by number or tag. Geth and reth have it alone; elsewhere it comes with the hash of every transaction,
 * 40 KB on mainnet.
 */
export function headerCall<S extends Shape>(
  block: string | number,
  result: S,
  keptBytesMax: number,
): RpcCall<S> {
  const at = typeof block === 'number' ? `0x${block.toString(16)}` : block;
  return {
    method: 'eth_getHeaderByNumber',
    params: [at],
    instead: { method: 'eth_getBlockByNumber', params: [at, false] },
    result,
    keptBytesMax,
  };
}

const blockName = object({ number: NUMBER, hash: data(32) });

/** Number and hash of a block. */
export const blockNameCall = (block: string | number): RpcCall<typeof blockName> =>
  headerCall(block, blockName, 64);

/** Undefined for what is no block's name. The hash is in lower case. */
export function readBlockName(name: Kept<typeof blockName>): { number: number; hash: string } | undefined {
  const number = name?.number ? readNumber(name.number) : undefined;
  return number === undefined || name?.hash?.length !== 32 ? undefined : { number, hash: toHex(name.hash) };
}

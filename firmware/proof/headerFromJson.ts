/**
 * The RLP of a header from the answer to eth_getBlockByNumber or eth_getBlockByHash. The answer names its hash as
 * well, but only what hashes to the trusted hash counts. A field that a later fork appends, and that is not listed
 * here, is left out: the hash then differs, and the verdict is header_mismatch until the list knows it.
 */

import { fromHex } from '../bytes/hex.js';
import { encodeRlp } from '../bytes/rlp.js';
import { type Accepted, accepted, type Rejected, rejected } from '../bytes/verdict.js';

/** Name and count of bytes in the order of the header; a negative count is an integer of at most so many. */
const fields: readonly (readonly [name: string, size: number])[] = [
  ['parentHash', 32],
  ['sha3Uncles', 32],
  ['miner', 20],
  ['stateRoot', 32],
  ['transactionsRoot', 32],
  ['receiptsRoot', 32],
  ['logsBloom', 256],
  ['difficulty', -32],
  ['number', -8],
  ['gasLimit', -8],
  ['gasUsed', -8],
  ['timestamp', -8],
  ['extraData', 0],
  ['mixHash', 32],
  ['nonce', 8],
  ['baseFeePerGas', -32],
  ['withdrawalsRoot', 32],
  ['blobGasUsed', -8],
  ['excessBlobGas', -8],
  ['parentBeaconBlockRoot', 32],
  ['requestsHash', 32],
  // EIP-7928 and EIP-7843, not in force yet.
  ['blockAccessListHash', 32],
  ['slotNumber', -8],
];
const required = 15;
const maximumExtraData = 1024;

export function headerFromJson(block: unknown): Accepted<Uint8Array> | Rejected<'malformed'> {
  if (typeof block !== 'object' || block === null) return rejected('malformed', 'block: not an object');
  const items: Uint8Array[] = [];
  for (let i = 0; i < fields.length; i++) {
    const [name, size] = fields[i];
    const value: unknown = (block as Record<string, unknown>)[name];
    if (i >= required && (value === undefined || value === null)) {
      // Optional fields come one fork after the other: behind a gap there can be none.
      if (fields.slice(i).some(([later]) => (block as Record<string, unknown>)[later] != null)) {
        return rejected('malformed', `block: no ${name}, but a later field`);
      }
      break;
    }
    const bytes = size < 0 ? integer(value, -size) : data(value, size);
    if (bytes === undefined) return rejected('malformed', `block: ${name}`);
    items.push(bytes);
  }
  return accepted(encodeRlp(items));
}

function data(value: unknown, size: number): Uint8Array | undefined {
  if (typeof value !== 'string' || value.length > 2 + 2 * maximumExtraData) return undefined;
  return fromHex(value, size === 0 ? undefined : size);
}

/** The minimal bytes of a hexadecimal quantity. */
function integer(value: unknown, maximum: number): Uint8Array | undefined {
  if (typeof value !== 'string' || value.length < 3 || value.length > 66) return undefined;
  const bytes = fromHex(value.length % 2 === 0 ? value : `0x0${value.slice(2)}`);
  if (bytes === undefined) return undefined;
  let start = 0;
  while (start < bytes.length && bytes[start] === 0) start++;
  return bytes.length - start > maximum ? undefined : bytes.subarray(start);
}

/**
 * The RLP of a header from the answer to eth_getHeaderByNumber or eth_getBlockByNumber. The answer names its hash as
 * well, but only what hashes to the trusted hash counts. A field that a later fork appends, and that is not listed
 * here, is left out: the hash then differs, and the verdict is header_mismatch until the list knows it.
 */

import { encodeRlp } from '../bytes/rlp.js';
import { type Accepted, accepted, type Rejected, rejected } from '../bytes/verdict.js';
import {
  type DataShape,
  data,
  type Kept,
  type ObjectShape,
  object,
  type QuantityShape,
  quantity,
} from '../json/shape.js';

const EXTRA_DATA_BYTES_MAX = 1024;

/** Bytes of the values of a header with what each costs where it is kept. */
export const HEADER_KEPT_BYTES_MAX = 2200;

/** In the order of the header. Data is as long as its limit says, but for extraData. */
const members: Readonly<Record<string, DataShape | QuantityShape>> = {
  parentHash: data(32),
  sha3Uncles: data(32),
  miner: data(20),
  stateRoot: data(32),
  transactionsRoot: data(32),
  receiptsRoot: data(32),
  logsBloom: data(256),
  difficulty: quantity(32),
  number: quantity(8),
  gasLimit: quantity(8),
  gasUsed: quantity(8),
  timestamp: quantity(8),
  extraData: data(EXTRA_DATA_BYTES_MAX),
  mixHash: data(32),
  nonce: data(8),
  baseFeePerGas: quantity(32),
  withdrawalsRoot: data(32),
  blobGasUsed: quantity(8),
  excessBlobGas: quantity(8),
  parentBeaconBlockRoot: data(32),
  requestsHash: data(32),
  // EIP-7928 and EIP-7843, not in force yet.
  blockAccessListHash: data(32),
  slotNumber: quantity(8),
};
const required = 15;

/** The part of the answer that makes a header. */
export const headerShape: ObjectShape<Record<string, DataShape | QuantityShape>> = object(members);

/** Malformed: a field of today's forks is absent, of another length, or stands behind a gap. */
export function headerFromJson(
  block: Kept<typeof headerShape>,
): Accepted<Uint8Array> | Rejected<'malformed'> {
  if (!block) return rejected('malformed', 'block: not an object');
  const names = Object.keys(members);
  const items: Uint8Array[] = [];
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    const value = block[name];
    if (i >= required && !value) {
      // Optional fields come one fork after the other: behind a gap there can be none.
      if (names.slice(i).some(later => block[later])) {
        return rejected('malformed', `block: no ${name}, but a later field`);
      }
      break;
    }
    const bytes = value && fieldOf(members[name], value);
    if (!bytes) return rejected('malformed', `block: ${name}`);
    items.push(bytes);
  }
  return accepted(encodeRlp(items));
}

/** A quantity in as few bytes as possible; undefined for data of another length. */
function fieldOf({ bytesMax, kind }: DataShape | QuantityShape, value: Uint8Array): Uint8Array | undefined {
  if (kind === 'data') {
    return value.length === bytesMax || bytesMax === EXTRA_DATA_BYTES_MAX ? value : undefined;
  }
  let start = 0;
  while (start < value.length && value[start] === 0) start++;
  return value.subarray(start);
}

/**
 * Block headers as RLP (yellow paper 4.4 with EIP-1559, 4895, 4844, 4788, 7685). The fields that a board needs were
 * moved by no fork; fields that later forks append are accepted, since the hash covers them.
 */

import { readNumber } from '../bytes/bigEndian.js';
import { RlpCursor } from '../bytes/rlp.js';
import { type Accepted, accepted, type Rejected, rejected } from '../bytes/verdict.js';
import { HEADER_BYTES_MAX, HEADER_FIELDS_MAX } from './limits.js';

/** The fields of a header that a board needs. */
export interface HeaderFacts {
  /** The hash of the block before, 32 bytes. */
  parentHash: Uint8Array;
  number: number;
  /** Seconds since 1970. */
  timestamp: number;
  /** 32 bytes. */
  stateRoot: Uint8Array;
}

/**
 * The size of each known field: a count of bytes or, where it is negative, an integer of at most so many. Extra data
 * is bounded by the header alone, as some chains keep signatures there.
 */
const fieldSizes: readonly number[] = [
  32, 32, 20, 32, 32, 32, 256, -32, -8, -8, -8, -8, 0, 32, 8, -32, 32, -8, -8, 32, 32,
];
const required = 15;
const parentHashField = 0;
const stateRootField = 3;
const numberField = 8;
const timestampField = 11;
const extraDataField = 12;

/**
 * The facts in a header's RLP, of at most HEADER_BYTES_MAX, in memory of their own. Nothing says yet whose header it is: the caller compares
 * its hash.
 */
export function decodeHeader(header: Uint8Array): Accepted<HeaderFacts> | Rejected<'malformed'> {
  if (header.length > HEADER_BYTES_MAX) return rejected('malformed', `header of ${header.length} bytes`);
  const cursor = new RlpCursor(header);
  if (!cursor.readOnlyList()) return rejected('malformed', 'header: not one list');
  let parentHash: Uint8Array | undefined;
  let stateRoot: Uint8Array | undefined;
  let number: number | undefined;
  let timestamp: number | undefined;
  let at = cursor.start;
  const limit = cursor.end;
  let field = 0;
  for (; at < limit; field++, at = cursor.end) {
    if (field === HEADER_FIELDS_MAX) return rejected('malformed', 'header: too many fields');
    if (!readField(cursor, field, at, limit)) return rejected('malformed', `header: field ${field}`);
    if (field === parentHashField) parentHash = cursor.payload.slice();
    if (field === stateRootField) stateRoot = cursor.payload.slice();
    if (field === numberField) number = readNumber(header, cursor.start, cursor.length);
    if (field === timestampField) timestamp = readNumber(header, cursor.start, cursor.length);
  }
  if (field < required || parentHash === undefined || stateRoot === undefined)
    return rejected('malformed', `header: ${field} fields`);
  if (number === undefined || timestamp === undefined) {
    return rejected('malformed', 'header: number or timestamp above 2^53 - 1');
  }
  return accepted({ parentHash, number, timestamp, stateRoot });
}

function readField(cursor: RlpCursor, field: number, at: number, limit: number): boolean {
  if (field >= fieldSizes.length) return cursor.read(at, limit);
  if (field === extraDataField) return cursor.read(at, limit) && !cursor.isList;
  const size = fieldSizes[field];
  return size < 0 ? cursor.readInteger(at, limit, -size) : cursor.readFixed(at, limit, size);
}

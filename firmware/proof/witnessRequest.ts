/**
 * The question that a witness answers, as bytes, so that a prover can be asked over any path:
 *
 *     [1, blockHash, number, [[address, codeHash or nothing, [slot, …]], …]]
 *
 * in RLP. `verifyWitness` binds the answer to the question, which it is given itself.
 */

import { minimalBytes, readNumber } from '../bytes/bigEndian.js';
import { encodeRlp, RlpCursor } from '../bytes/rlp.js';
import { type Accepted, accepted, type Rejected, rejected } from '../bytes/verdict.js';
import { ACCOUNTS_MAX, SLOTS_MAX } from './limits.js';
import type { AccountRequest, WitnessRequest } from './witness.js';

const version = 1;

/** Bytes of a question: all accounts and slots that a witness may have, with their heads. */
export const WITNESS_REQUEST_BYTES_MAX = 64 + ACCOUNTS_MAX * 64 + SLOTS_MAX * 33;

/** The bytes of a question, at most WITNESS_REQUEST_BYTES_MAX when it keeps ACCOUNTS_MAX and SLOTS_MAX. */
export const encodeWitnessRequest = ({ blockHash, number, accounts }: WitnessRequest): Uint8Array =>
  encodeRlp([
    Uint8Array.of(version),
    blockHash,
    minimalBytes(number),
    accounts.map(({ address, codeHash, slots }) => [address, codeHash ?? new Uint8Array(0), slots]),
  ]);

/** Reads what `encodeWitnessRequest` gave. Untrusted bytes of any length; the parts of the result are views of them. */
export function decodeWitnessRequest(bytes: Uint8Array): Accepted<WitnessRequest> | Rejected<'malformed'> {
  const request = bytes.length > WITNESS_REQUEST_BYTES_MAX ? undefined : readRequest(new RlpCursor(bytes));
  return request ? accepted(request) : rejected('malformed', 'not a witness request');
}

function readRequest(cursor: RlpCursor): WitnessRequest | undefined {
  if (!cursor.readOnlyList()) return undefined;
  const limit = cursor.end;
  if (!cursor.readFixed(cursor.start, limit, 1) || cursor.payload[0] !== version) return undefined;
  if (!cursor.readFixed(cursor.end, limit, 32)) return undefined;
  const blockHash = cursor.payload;
  if (!cursor.readInteger(cursor.end, limit, 7)) return undefined;
  const number = readNumber(cursor.payload);
  if (number === undefined || !cursor.read(cursor.end, limit) || !cursor.isList || cursor.end !== limit) {
    return undefined;
  }
  const accounts: AccountRequest[] = [];
  let slots = 0;
  for (let next = cursor.start; next < limit; next = cursor.end) {
    if (accounts.length === ACCOUNTS_MAX || !cursor.read(next, limit) || !cursor.isList) return undefined;
    const account = readAccount(cursor, cursor.start, cursor.end, SLOTS_MAX - slots);
    if (!account) return undefined;
    slots += account.slots.length;
    accounts.push(account);
  }
  return { blockHash, number, accounts };
}

/** Reads an account and leaves the cursor at `limit`. */
function readAccount(
  cursor: RlpCursor,
  at: number,
  limit: number,
  slotsMax: number,
): AccountRequest | undefined {
  if (!cursor.readFixed(at, limit, 20)) return undefined;
  const address = cursor.payload;
  if (!cursor.read(cursor.end, limit) || cursor.isList) return undefined;
  const codeHash = cursor.payload;
  if (codeHash.length !== 0 && codeHash.length !== 32) return undefined;
  if (!cursor.read(cursor.end, limit) || !cursor.isList || cursor.end !== limit) return undefined;
  const slots: Uint8Array[] = [];
  for (let next = cursor.start; next < limit; next = cursor.end) {
    if (slots.length === slotsMax || !cursor.readFixed(next, limit, 32)) return undefined;
    slots.push(cursor.payload);
  }
  cursor.end = limit;
  return { address, ...(codeHash.length === 32 ? { codeHash } : {}), slots };
}

/**
 * The question that a witness answers, as bytes, so that a prover can be asked over any path:
 *
 *     [1, blockHash, number, [[address, codeHash or nothing, [slot, …]], …]]
 *     [2, blockHash, number, [[address, codeHash or nothing, [slot, …], storageRoot or nothing], …]]
 *
 * in RLP. The second wants no header, and no slots of an account whose storage has that root. `verifyWitness` binds the
 * answer to the question, which it is given itself.
 */

import { minimalBytes, readNumber } from '../bytes/bigEndian.js';
import { encodeRlp, RlpCursor } from '../bytes/rlp.js';
import { type Accepted, accepted, type Rejected, rejected } from '../bytes/verdict.js';
import { ACCOUNTS_MAX, SLOTS_MAX } from './limits.js';
import type { AccountRequest, WitnessRequest } from './witness.js';

const withHeader = 1;
const withoutHeader = 2;

/** The question as a prover reads it. */
export interface WitnessQuestion extends WitnessRequest {
  /** True when the answer may come without its header: who asks has it. */
  isBare?: true;
}

/** Bytes of a question: all accounts and slots that a witness may have, with their heads. */
export const WITNESS_REQUEST_BYTES_MAX = 64 + ACCOUNTS_MAX * 97 + SLOTS_MAX * 33;

/** The bytes of a question, at most WITNESS_REQUEST_BYTES_MAX when it keeps ACCOUNTS_MAX and SLOTS_MAX. */
export function encodeWitnessRequest(asked: WitnessQuestion): Uint8Array {
  const isBare = asked.isBare || asked.facts;
  const none = new Uint8Array(0);
  return encodeRlp([
    Uint8Array.of(isBare ? withoutHeader : withHeader),
    asked.blockHash,
    minimalBytes(asked.number),
    asked.accounts.map(({ address, before, codeHash = none, slots }) => {
      const fields = [address, codeHash, slots];
      return isBare ? [...fields, before?.storageRoot ?? none] : fields;
    }),
  ]);
}

/** Reads what `encodeWitnessRequest` gave. Untrusted bytes of any length; the parts of the result are views of them. */
export function decodeWitnessRequest(bytes: Uint8Array): Accepted<WitnessQuestion> | Rejected<'malformed'> {
  const request = bytes.length > WITNESS_REQUEST_BYTES_MAX ? undefined : readRequest(new RlpCursor(bytes));
  return request ? accepted(request) : rejected('malformed', 'not a witness request');
}

function readRequest(cursor: RlpCursor): WitnessQuestion | undefined {
  if (!cursor.readOnlyList()) return undefined;
  const limit = cursor.end;
  if (!cursor.readFixed(cursor.start, limit, 1)) return undefined;
  const [version] = cursor.payload;
  if (version !== withHeader && version !== withoutHeader) return undefined;
  const isBare = version === withoutHeader;
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
    const account = readAccount(cursor, cursor.start, cursor.end, SLOTS_MAX - slots, isBare);
    if (!account) return undefined;
    slots += account.slots.length;
    accounts.push(account);
  }
  return { blockHash, number, ...(isBare ? { isBare } : {}), accounts };
}

/** Reads an account and leaves the cursor at `limit`. */
function readAccount(
  cursor: RlpCursor,
  at: number,
  limit: number,
  slotsMax: number,
  isBare: boolean,
): AccountRequest | undefined {
  if (!cursor.readFixed(at, limit, 20)) return undefined;
  const address = cursor.payload;
  if (!cursor.read(cursor.end, limit) || cursor.isList) return undefined;
  const codeHash = cursor.payload;
  if (codeHash.length !== 0 && codeHash.length !== 32) return undefined;
  if (!cursor.read(cursor.end, limit) || !cursor.isList) return undefined;
  const end = cursor.end;
  const slots: Uint8Array[] = [];
  for (let next = cursor.start; next < end; next = cursor.end) {
    if (slots.length === slotsMax || !cursor.readFixed(next, end, 32)) return undefined;
    slots.push(cursor.payload);
  }
  cursor.end = end;
  let storageRoot: Uint8Array | undefined;
  if (isBare) {
    if (!cursor.read(end, limit) || cursor.isList) return undefined;
    if (cursor.length !== 0 && cursor.length !== 32) return undefined;
    if (cursor.length === 32) storageRoot = cursor.payload;
  }
  if (cursor.end !== limit) return undefined;
  return {
    address,
    ...(codeHash.length === 32 ? { codeHash } : {}),
    slots,
    ...(storageRoot ? { before: { storageRoot, slots: [] } } : {}),
  };
}

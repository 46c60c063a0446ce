/**
 * A witness is all that proves storage values against one trusted block hash: header, account proofs, storage proofs.
 * Its verification is a pure function over bytes, from block hash to state root, account, slot and value, and takes
 * nobody's word at any step.
 */

import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { type Accepted, accepted, type Rejected, rejected, type WitnessCode } from '../bytes/verdict.js';
import type { Crypto } from '../port/crypto.js';
import { type AccountFacts, verifyAccount } from './account.js';
import { decodeHeader, type HeaderFacts } from './header.js';
import { ACCOUNTS_MAX, NODE_BYTES_MAX, PROOF_NODES_MAX, SLOTS_MAX, WITNESS_BYTES_MAX } from './limits.js';
import { verifySlot } from './storage.js';
import type { NodeHasher } from './trie.js';

/** The question. It is our own, so it is trusted. */
export interface WitnessRequest {
  /** The trusted hash, 32 bytes. */
  blockHash: Uint8Array;
  number: number;
  accounts: readonly AccountRequest[];
}

/** One account of a question. */
export interface AccountRequest {
  /** 20 bytes. */
  address: Uint8Array;
  /** The code hash that the account must have, 32 bytes; an account that does not exist is then refused as well. */
  codeHash?: Uint8Array;
  /** 32 bytes each. */
  slots: readonly Uint8Array[];
}

/** The answer. It may come from anywhere, and is untrusted. */
export interface Witness {
  /** RLP. */
  header: Uint8Array;
  accounts: readonly AccountWitness[];
}

export interface AccountWitness {
  address: Uint8Array;
  /** RLP of each trie node, from the root on. */
  proof: readonly Uint8Array[];
  slots: readonly SlotWitness[];
}

export interface SlotWitness {
  slot: Uint8Array;
  proof: readonly Uint8Array[];
}

/** The proven state; at the same time the evidence, in the order in which each thing follows from the one before. */
export interface ProvenState extends HeaderFacts {
  blockHash: Uint8Array;
  /** The accounts in the order in which they were asked for. */
  accounts: ProvenAccount[];
}

/** A proven account with its slots, and no more of its facts than a board asks for. */
export interface ProvenAccount extends Pick<AccountFacts, 'exists' | 'codeHash'> {
  address: Uint8Array;
  /** The slots in the order in which they were asked for. */
  slots: ProvenSlot[];
}

export interface ProvenSlot {
  slot: Uint8Array;
  /** 32 bytes. */
  value: Uint8Array;
}

const NOTHING = new Uint8Array(0);

type Hasher = Pick<Crypto, 'keccak256'>;

/** Accepted, or the fault of a witness. */
export type WitnessVerdict<T> = Accepted<T> | Rejected<WitnessCode>;

/**
 * The state that a witness proves. Refused, in this order: what exceeds a limit of limits.ts or is not a header
 * (`malformed`), an answer to another question (`wrong_answer`), another header (`header_mismatch`), then account by
 * account what its proofs do not prove (`proof_invalid`) and the wrong code (`code_mismatch`).
 *
 * @example
 * const witness = decodeWitness(bytes);
 * const proven = witness.verdict === 'accepted' ? verifyWitness(crypto, request, witness.value) : witness;
 * if (proven.verdict === 'accepted') use(proven.value.accounts[0].slots[0].value);
 */
export function verifyWitness(
  crypto: Hasher,
  request: WitnessRequest,
  witness: Witness,
): WitnessVerdict<ProvenState> {
  const excess = exceeds(witness);
  if (excess !== undefined) return rejected('malformed', excess);
  const header = decodeHeader(witness.header);
  if (header.verdict === 'rejected') return header;
  const other = differs(request, header.value.number, witness);
  if (other !== undefined) return rejected('wrong_answer', other);
  const mismatch = mismatchOf(crypto, request.blockHash, witness.header);
  if (mismatch) return mismatch;
  const hasher = rememberRoots(crypto);
  const accounts: ProvenAccount[] = [];
  for (let i = 0; i < request.accounts.length; i++) {
    const account = proveAccount(hasher, header.value.stateRoot, request.accounts[i], witness.accounts[i]);
    if (account.verdict === 'rejected') return account;
    accounts.push(account.value);
  }
  return accepted({ ...header.value, blockHash: request.blockHash, accounts });
}

/**
 * The facts of a header that hashes to the trusted hash: the first half of `verifyWitness`, for who is given a witness
 * piece by piece and keeps no more of it than is proven.
 */
export function verifyHeader(
  crypto: Hasher,
  { blockHash, number }: Pick<WitnessRequest, 'blockHash' | 'number'>,
  header: Uint8Array,
): WitnessVerdict<HeaderFacts> {
  const facts = decodeHeader(header);
  if (facts.verdict === 'rejected') return facts;
  if (facts.value.number !== number)
    return rejected('wrong_answer', `block ${facts.value.number}, asked was ${number}`);
  return mismatchOf(crypto, blockHash, header) ?? facts;
}

/** One account under a proven state root, what exceeds a limit of limits.ts or answers another question refused first. */
export function verifyAccountWitness(
  crypto: Hasher,
  stateRoot: Uint8Array,
  asked: AccountRequest,
  witness: AccountWitness,
): WitnessVerdict<ProvenAccount> {
  const excess = exceeds({ header: NOTHING, accounts: [witness] });
  if (excess !== undefined) return rejected('malformed', excess);
  const other = accountDiffers(asked, witness);
  if (other !== undefined) return rejected('wrong_answer', other);
  return proveAccount(rememberRoots(crypto), stateRoot, asked, witness);
}

function mismatchOf(
  crypto: Hasher,
  trusted: Uint8Array,
  header: Uint8Array,
): Rejected<'header_mismatch'> | undefined {
  const hash = crypto.keccak256(header);
  if (equal(hash, trusted)) return undefined;
  return rejected('header_mismatch', `header hashes to ${toHex(hash)}, trusted is ${toHex(trusted)}`);
}

/**
 * A hasher that hashes each root once, which all proofs of a trie begin with; deeper down they seldom share a node, and
 * each hash that is kept costs a chip 200 bytes. Both ways of reading a witness give one array for equal nodes. It lasts
 * for one witness, during which nobody can change the arrays.
 */
function rememberRoots(crypto: Hasher): NodeHasher {
  const known = new Map<Uint8Array, Uint8Array>();
  return {
    keccak256(bytes, depth) {
      const hash = (depth === 0 && known.get(bytes)) || crypto.keccak256(bytes);
      if (depth === 0) known.set(bytes, hash);
      return hash;
    },
  };
}

function proveAccount(
  crypto: NodeHasher,
  stateRoot: Uint8Array,
  asked: AccountRequest,
  witness: AccountWitness,
): WitnessVerdict<ProvenAccount> {
  const { address, codeHash } = asked;
  const account = verifyAccount(crypto, stateRoot, address, witness.proof);
  if (account.verdict === 'rejected') {
    return rejected(account.code, `account ${toHex(address)}, ${account.evidence}`);
  }
  if (codeHash !== undefined && !equal(account.value.codeHash, codeHash)) {
    return rejected('code_mismatch', `account ${toHex(address)} has code ${toHex(account.value.codeHash)}`);
  }
  const slots: ProvenSlot[] = [];
  for (let i = 0; i < asked.slots.length; i++) {
    // The question's own: a view of the answer would keep all of it.
    const slot = asked.slots[i];
    const { proof } = witness.slots[i];
    const value = verifySlot(crypto, account.value.storageRoot, slot, proof);
    if (value.verdict === 'rejected') {
      return rejected(value.code, `account ${toHex(address)}, slot ${toHex(slot)}, ${value.evidence}`);
    }
    slots.push({ slot, value: value.value });
  }
  const { exists } = account.value;
  return accepted({ exists, codeHash: codeHash ?? account.value.codeHash, address, slots });
}

/** The difference between what was asked and what is answered; undefined when there is none. */
function differs(request: WitnessRequest, number: number, witness: Witness): string | undefined {
  if (number !== request.number) return `block ${number}, asked was ${request.number}`;
  if (witness.accounts.length !== request.accounts.length) {
    return `${witness.accounts.length} accounts, asked were ${request.accounts.length}`;
  }
  for (let i = 0; i < request.accounts.length; i++) {
    const other = accountDiffers(request.accounts[i], witness.accounts[i]);
    if (other !== undefined) return other;
  }
  return undefined;
}

function accountDiffers(asked: AccountRequest, account: AccountWitness): string | undefined {
  if (!equal(account.address, asked.address)) {
    return `account ${toHex(account.address)}, asked was ${toHex(asked.address)}`;
  }
  if (account.slots.length !== asked.slots.length) {
    return `${account.slots.length} slots, asked were ${asked.slots.length}`;
  }
  for (let k = 0; k < asked.slots.length; k++) {
    if (!equal(account.slots[k].slot, asked.slots[k])) {
      return `slot ${toHex(account.slots[k].slot)}, asked was ${toHex(asked.slots[k])}`;
    }
  }
  return undefined;
}

/** The limit that the witness exceeds; undefined when it exceeds none. */
function exceeds(witness: Witness): string | undefined {
  if (witness.accounts.length > ACCOUNTS_MAX) return `${witness.accounts.length} accounts`;
  let slots = 0;
  let bytes = witness.header.length;
  for (const account of witness.accounts) {
    slots += account.slots.length;
    if (slots > SLOTS_MAX) return `${slots} slots`;
    if (account.address.length !== 20) return `address of ${account.address.length} bytes`;
    bytes += proofBytes(account.proof);
    for (const { slot, proof } of account.slots) {
      if (slot.length !== 32) return `slot of ${slot.length} bytes`;
      bytes += proofBytes(proof);
    }
  }
  if (bytes > WITNESS_BYTES_MAX) return 'proof nodes too many, too long, or too much together';
  return undefined;
}

/** Bytes of a proof; infinite when it exceeds a limit by itself. */
function proofBytes(proof: readonly Uint8Array[]): number {
  if (proof.length > PROOF_NODES_MAX) return Number.POSITIVE_INFINITY;
  let bytes = 0;
  for (const node of proof) bytes += node.length > NODE_BYTES_MAX ? Number.POSITIVE_INFINITY : node.length;
  return bytes;
}

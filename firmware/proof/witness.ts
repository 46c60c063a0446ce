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
  /** The facts of that block's header, if they are proven already; the header of an answer is not looked at then. */
  facts?: KnownFacts;
  accounts: readonly AccountRequest[];
}

/** The facts of a header that a board keeps. */
export type KnownFacts = Omit<HeaderFacts, 'parentHash'>;

/** One account of a question. */
export interface AccountRequest {
  /** 20 bytes. */
  address: Uint8Array;
  /** The code hash that the account must have, 32 bytes; an account that does not exist is then refused as well. */
  codeHash?: Uint8Array;
  /** 32 bytes each. */
  slots: readonly Uint8Array[];
  /**
   * The same slots of it as they were proven at another block. An answer may leave out all slots when the storage has
   * the same root still: whoever lies about that is refused by the account's proof.
   */
  before?: Pick<ProvenAccount, 'storageRoot' | 'slots'>;
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
export interface ProvenState extends KnownFacts {
  /** Undefined where the header was known already. */
  parentHash?: Uint8Array;
  blockHash: Uint8Array;
  /** The accounts in the order in which they were asked for. */
  accounts: ProvenAccount[];
}

/** A proven account with its slots, and no more of its facts than a board asks for. */
export interface ProvenAccount extends Pick<AccountFacts, 'exists' | 'codeHash' | 'storageRoot'> {
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

type Hasher = Pick<Crypto, 'keccak256' | 'isKeccak256'>;

/** Accepted, or the fault of a witness. */
export type WitnessVerdict<T> = Accepted<T> | Rejected<WitnessCode>;

/**
 * The state that a witness proves. Refused, in this order: what exceeds a limit of limits.ts or is not a header
 * (`malformed`), another block (`wrong_answer`), another header (`header_mismatch`), an answer about other accounts or
 * slots (`wrong_answer`), then account by account what its proofs do not prove (`proof_invalid`), the wrong code
 * (`code_mismatch`), and slots that were left out though they are not known (`wrong_answer`).
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
  const { facts } = request;
  const header = facts ? accepted(facts) : verifyHeader(crypto, request, witness.header);
  if (header.verdict === 'rejected') return header;
  const other = differs(request, witness);
  if (other !== undefined) return rejected('wrong_answer', other);
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
  if (crypto.isKeccak256(header, blockHash)) return facts;
  const hash = toHex(crypto.keccak256(header));
  return rejected('header_mismatch', `header hashes to ${hash}, trusted is ${toHex(blockHash)}`);
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

/**
 * A hasher that hashes each root once, which all proofs of a trie begin with; deeper down they seldom share a node, and
 * each hash that is kept costs a chip 200 bytes. Both ways of reading a witness give one array for equal nodes. It lasts
 * for one witness, during which nobody can change the arrays.
 */
function rememberRoots(crypto: Hasher): NodeHasher {
  const known = new Map<Uint8Array, Uint8Array>();
  return {
    keccak256: bytes => crypto.keccak256(bytes),
    isKeccak256(bytes, hash, depth) {
      if (depth === 0 && known.get(bytes) === hash) return true;
      const isIt = crypto.isKeccak256(bytes, hash);
      if (isIt && depth === 0) known.set(bytes, hash);
      return isIt;
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
  const { exists, storageRoot } = account.value;
  const proven = { exists, codeHash: codeHash ?? account.value.codeHash, storageRoot, address };
  const { before } = asked;
  // Words under the same root are the same; what comes all the same is looked at, so that a lie in it is known.
  if (before && witness.slots.length === 0 && equal(before.storageRoot, storageRoot))
    return accepted({ ...proven, slots: before.slots });
  const slots: ProvenSlot[] = [];
  for (let i = 0; i < asked.slots.length; i++) {
    // The question's own: a view of the answer would keep all of it.
    const slot = asked.slots[i];
    const proof = witness.slots[i]?.proof;
    if (!proof) return rejected('wrong_answer', `account ${toHex(address)}: no slots`);
    const value = verifySlot(crypto, account.value.storageRoot, slot, proof);
    if (value.verdict === 'rejected') {
      return rejected(value.code, `account ${toHex(address)}, slot ${toHex(slot)}, ${value.evidence}`);
    }
    slots.push({ slot, value: value.value });
  }
  return accepted({ ...proven, slots });
}

/** The difference between what was asked and what is answered; undefined when there is none. */
function differs(request: WitnessRequest, witness: Witness): string | undefined {
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
  if (asked.before && account.slots.length === 0) return undefined;
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
  // By index, since an interpreter's iterator costs more than what is counted here.
  for (let i = 0; i < witness.accounts.length; i++) {
    const { proof, slots: ofAccount } = witness.accounts[i];
    slots += ofAccount.length;
    if (slots > SLOTS_MAX) return `${slots} slots`;
    bytes += proofBytes(proof);
    for (let k = 0; k < ofAccount.length; k++) bytes += proofBytes(ofAccount[k].proof);
  }
  if (bytes > WITNESS_BYTES_MAX) return 'proofs are too long';
  return undefined;
}

/** Bytes of a proof; infinite when it exceeds a limit by itself. */
function proofBytes(proof: readonly Uint8Array[]): number {
  const count = proof.length;
  if (count > PROOF_NODES_MAX) return Number.POSITIVE_INFINITY;
  let bytes = 0;
  for (let i = 0; i < count; i++) {
    const { length } = proof[i];
    if (length > NODE_BYTES_MAX) return Number.POSITIVE_INFINITY;
    bytes += length;
  }
  return bytes;
}

/**
 * A witness from JSON-RPC answers: eth_getBlockByNumber (or debug_getRawHeader) and one eth_getProof (EIP-1186) for
 * each account. The answers are untrusted JSON; of what they claim only nodes and names are taken over.
 */

import { equal } from '../bytes/equal.js';
import { fromHex, toHex } from '../bytes/hex.js';
import { accepted, rejected } from '../bytes/verdict.js';
import { decodeHeader } from './header.js';
import { headerFromJson } from './headerFromJson.js';
import { HEADER_BYTES_MAX, NODE_BYTES_MAX, PROOF_NODES_MAX } from './limits.js';
import type {
  AccountRequest,
  AccountWitness,
  SlotWitness,
  Witness,
  WitnessRequest,
  WitnessVerdict,
} from './witness.js';

/** Nodes by their hexadecimal text: proofs of several slots share most of theirs, and memory is scarce. */
type KnownNodes = Map<string, Uint8Array>;

/**
 * @param block the `result` for the header: a block object, or the header's RLP in hexadecimal
 * @param proofs the `result` of eth_getProof for each asked account, in that order
 */
export function witnessFromRpc(
  request: Pick<WitnessRequest, 'number' | 'accounts'>,
  block: unknown,
  proofs: readonly unknown[],
): WitnessVerdict<Witness> {
  const header = headerFrom(block);
  if (header.verdict === 'rejected') return header;
  const facts = decodeHeader(header.value);
  if (facts.verdict === 'rejected') return facts;
  if (facts.value.number !== request.number) {
    return rejected('wrong_answer', `block ${facts.value.number}, asked was ${request.number}`);
  }
  if (proofs.length !== request.accounts.length)
    return rejected('malformed', `${proofs.length} account proofs`);
  const accounts: AccountWitness[] = [];
  const known: KnownNodes = new Map();
  for (let i = 0; i < proofs.length; i++) {
    const account = accountFrom(request.accounts[i], proofs[i], known);
    if (account.verdict === 'rejected') return account;
    accounts.push(account.value);
  }
  return accepted({ header: header.value, accounts });
}

function headerFrom(block: unknown): WitnessVerdict<Uint8Array> {
  if (typeof block !== 'string') return headerFromJson(block);
  if (block.length > 2 + 2 * HEADER_BYTES_MAX) return rejected('malformed', 'header too long');
  const header = fromHex(block);
  return header ? accepted(header) : rejected('malformed', 'header: not hexadecimal');
}

function accountFrom(
  asked: AccountRequest,
  answer: unknown,
  known: KnownNodes,
): WitnessVerdict<AccountWitness> {
  if (typeof answer !== 'object' || answer === null) return rejected('malformed', 'proof: not an object');
  const { address, accountProof, storageProof } = answer as Record<string, unknown>;
  const answered = fromHex(address, 20);
  if (answered === undefined) return rejected('malformed', 'proof: address');
  if (!equal(answered, asked.address)) {
    return rejected('wrong_answer', `account ${toHex(answered)}, asked was ${toHex(asked.address)}`);
  }
  const proof = nodesFrom(accountProof, known);
  if (proof === undefined) return rejected('malformed', 'proof: accountProof');
  if (!Array.isArray(storageProof)) return rejected('malformed', 'proof: storageProof');
  if (storageProof.length !== asked.slots.length) {
    return rejected('wrong_answer', `${storageProof.length} slots, asked were ${asked.slots.length}`);
  }
  const slots: SlotWitness[] = [];
  for (let i = 0; i < asked.slots.length; i++) {
    const slot = slotFrom(asked.slots[i], storageProof[i], known);
    if (slot.verdict === 'rejected') return slot;
    slots.push(slot.value);
  }
  return accepted({ address: answered, proof, slots });
}

function slotFrom(asked: Uint8Array, answer: unknown, known: KnownNodes): WitnessVerdict<SlotWitness> {
  if (typeof answer !== 'object' || answer === null)
    return rejected('malformed', 'storage proof: not an object');
  const { key, proof } = answer as Record<string, unknown>;
  // Clients write the key as 32 bytes or as the shortest quantity.
  const padded =
    typeof key === 'string' && key.length <= 66 ? `0x${key.slice(2).padStart(64, '0')}` : undefined;
  const slot = typeof key === 'string' && key.startsWith('0x') ? fromHex(padded, 32) : undefined;
  if (slot === undefined) return rejected('malformed', 'storage proof: key');
  if (!equal(slot, asked)) return rejected('wrong_answer', `slot ${toHex(slot)}, asked was ${toHex(asked)}`);
  const nodes = nodesFrom(proof, known);
  return nodes ? accepted({ slot, proof: nodes }) : rejected('malformed', 'storage proof: proof');
}

function nodesFrom(value: unknown, known: KnownNodes): Uint8Array[] | undefined {
  if (!Array.isArray(value) || value.length > PROOF_NODES_MAX) return undefined;
  const nodes: Uint8Array[] = [];
  for (const item of value) {
    if (typeof item !== 'string' || item.length > 2 + 2 * NODE_BYTES_MAX) return undefined;
    const node = known.get(item) ?? fromHex(item);
    if (node === undefined || node.length === 0) return undefined;
    known.set(item, node);
    nodes.push(node);
  }
  return nodes;
}

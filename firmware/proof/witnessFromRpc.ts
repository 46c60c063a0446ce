/**
 * A witness from JSON-RPC answers: a header (headerFromJson.ts) and one eth_getProof (EIP-1186) for each account. The
 * answers are untrusted; of what they claim only nodes and names are taken over.
 */

import { wordFromBytes } from '../bytes/bigEndian.js';
import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { accepted, rejected } from '../bytes/verdict.js';
import { data, type Kept, list, object, quantity } from '../json/shape.js';
import { decodeHeader } from './header.js';
import { headerFromJson, type headerShape } from './headerFromJson.js';
import { NODE_BYTES_MAX, PROOF_NODES_MAX, SLOTS_MAX } from './limits.js';
import type {
  AccountRequest,
  AccountWitness,
  SlotWitness,
  Witness,
  WitnessRequest,
  WitnessVerdict,
} from './witness.js';

const nodesShape = list(PROOF_NODES_MAX, data(NODE_BYTES_MAX));
// Clients write the key as 32 bytes or as the shortest quantity.
const slotShape = object({ key: quantity(32), proof: nodesShape });

/** The part of eth_getProof's answer that makes a witness. */
export const proofShape = object({
  address: data(20),
  accountProof: nodesShape,
  storageProof: list(SLOTS_MAX, slotShape),
});

/**
 * @param block what was kept of the header
 * @param proofs what was kept of eth_getProof for each asked account, in that order
 */
export function witnessFromRpc(
  request: Pick<WitnessRequest, 'number' | 'accounts'>,
  block: Kept<typeof headerShape>,
  proofs: readonly Kept<typeof proofShape>[],
): WitnessVerdict<Witness> {
  const header = headerFromJson(block);
  if (header.verdict === 'rejected') return header;
  const facts = decodeHeader(header.value);
  if (facts.verdict === 'rejected') return facts;
  if (facts.value.number !== request.number) {
    return rejected('wrong_answer', `block ${facts.value.number}, asked was ${request.number}`);
  }
  if (proofs.length !== request.accounts.length)
    return rejected('malformed', `${proofs.length} account proofs`);
  const accounts: AccountWitness[] = [];
  for (let i = 0; i < proofs.length; i++) {
    const account = accountFromRpc(request.accounts[i], proofs[i]);
    if (account.verdict === 'rejected') return account;
    accounts.push(account.value);
  }
  return accepted({ header: header.value, accounts });
}

/** One account of a witness from what was kept of eth_getProof for it; its nodes are views of that. */
export function accountFromRpc(
  asked: AccountRequest,
  answer: Kept<typeof proofShape>,
): WitnessVerdict<AccountWitness> {
  if (!answer) return rejected('malformed', 'proof: not an object');
  const { address, accountProof, storageProof } = answer;
  if (address?.length !== 20) return rejected('malformed', 'proof: address');
  if (!equal(address, asked.address)) {
    return rejected('wrong_answer', `account ${toHex(address)}, asked was ${toHex(asked.address)}`);
  }
  const proof = nodesFrom(accountProof);
  if (!proof) return rejected('malformed', 'proof: accountProof');
  if (!storageProof) return rejected('malformed', 'proof: storageProof');
  if (storageProof.length !== asked.slots.length) {
    return rejected('wrong_answer', `${storageProof.length} slots, asked were ${asked.slots.length}`);
  }
  const slots: SlotWitness[] = [];
  for (let i = 0; i < asked.slots.length; i++) {
    const slot = slotFrom(asked.slots[i], storageProof[i]);
    if (slot.verdict === 'rejected') return slot;
    slots.push(slot.value);
  }
  return accepted({ address, proof, slots });
}

function slotFrom(asked: Uint8Array, answer: Kept<typeof slotShape>): WitnessVerdict<SlotWitness> {
  if (!answer) return rejected('malformed', 'storage proof: not an object');
  if (!answer.key) return rejected('malformed', 'storage proof: key');
  const slot = wordFromBytes(answer.key);
  if (!equal(slot, asked)) return rejected('wrong_answer', `slot ${toHex(slot)}, asked was ${toHex(asked)}`);
  const proof = nodesFrom(answer.proof);
  return proof ? accepted({ slot, proof }) : rejected('malformed', 'storage proof: proof');
}

function nodesFrom(value: Kept<typeof nodesShape>): Uint8Array[] | undefined {
  return value?.every(node => node && node.length > 0) ? (value as Uint8Array[]) : undefined;
}

/**
 * Verifying a mainnet-shaped witness: a header, 8 nodes down to an account, 4 nodes down to a slot.
 *
 * Both sides get the same bytes and must do the same: check that the header hashes to the trusted hash, take the
 * state root out of it, prove the account, compare its code hash, prove the slot, and return its value. The peer
 * is verifyMerkleProof of @ethereumjs/mpt with @ethereumjs/rlp and noble's keccak. The bytes are fresh in every
 * iteration; before anything is timed both sides must return the value and refuse a changed copy.
 */

import { randomBytes } from 'node:crypto';
import { verifyMerkleProof } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { verifyWitness, type Witness, type WitnessRequest } from '../../firmware/proof/witness.js';
import { compare } from './measure.js';
import type { BenchResult } from './result.js';

const accountNodes = 8;
const storageNodes = 4;
const goal = 3;

/** A witness and what it proves. */
export interface Case {
  request: WitnessRequest;
  witness: Witness;
  value: Uint8Array;
}

const random = (length: number): Uint8Array => {
  const bytes = new Uint8Array(randomBytes(length));
  if (length > 0) bytes[0] |= 1;
  return bytes;
};

const nibble = (path: Uint8Array, index: number): number =>
  (path[index >> 1] >> (index % 2 === 0 ? 4 : 0)) & 15;

/** A proof of `count` nodes: full branches with random neighbours, and the leaf. */
function makeProof(
  path: Uint8Array,
  value: Uint8Array,
  count: number,
): { root: Uint8Array; nodes: Uint8Array[] } {
  const rest = Array.from({ length: 64 - (count - 1) }, (_, i) => nibble(path, count - 1 + i));
  const prefixed = rest.length % 2 === 0 ? [2, 0, ...rest] : [3, ...rest];
  const key = Uint8Array.from(
    { length: prefixed.length / 2 },
    (_, i) => prefixed[2 * i] * 16 + prefixed[2 * i + 1],
  );
  const nodes = [RLP.encode([key, value])];
  let hash = keccak_256(nodes[0]);
  for (let depth = count - 2; depth >= 0; depth--) {
    const children = Array.from({ length: 16 }, () => random(32));
    children[nibble(path, depth)] = hash;
    nodes.unshift(RLP.encode([...children, new Uint8Array(0)]));
    hash = keccak_256(nodes[0]);
  }
  return { root: hash, nodes };
}

export function makeCase(): Case {
  const address = random(20);
  const slot = random(32);
  const value = random(32);
  const codeHash = random(32);
  const number = 23_000_000;
  const storage = makeProof(keccak_256(slot), RLP.encode(value), storageNodes);
  const account = makeProof(
    keccak_256(address),
    RLP.encode([random(2), random(9), storage.root, codeHash]),
    accountNodes,
  );
  const header = RLP.encode([
    random(32),
    random(32),
    random(20),
    account.root,
    random(32),
    random(32),
    random(256),
    0,
    number,
    45_000_000,
    random(4),
    1_760_000_000,
    random(20),
    random(32),
    new Uint8Array(8),
    random(4),
    random(32),
    random(3),
    random(4),
    random(32),
    random(32),
  ]);
  return {
    request: { blockHash: keccak_256(header), number, accounts: [{ address, codeHash, slots: [slot] }] },
    witness: {
      header,
      accounts: [{ address, proof: account.nodes, slots: [{ slot, proof: storage.nodes }] }],
    },
    value,
  };
}

const crypto = portableCrypto();

function ours({ request, witness }: Case): Uint8Array | undefined {
  const verdict = verifyWitness(crypto, request, witness);
  return verdict.verdict === 'accepted' ? verdict.value.accounts[0].slots[0].value : undefined;
}

async function peer({ request, witness }: Case): Promise<Uint8Array | undefined> {
  const [asked] = request.accounts;
  const [given] = witness.accounts;
  try {
    if (!same(keccak_256(witness.header), request.blockHash)) return undefined;
    const fields = RLP.decode(witness.header) as Uint8Array[];
    if (BigInt(`0x${Buffer.from(fields[8]).toString('hex')}`) !== BigInt(request.number)) return undefined;
    const options = { useKeyHashing: true };
    const leaf = await verifyMerkleProof(asked.address, [...given.proof], { ...options, root: fields[3] });
    if (leaf === null) return undefined;
    const [, , storageRoot, codeHash] = RLP.decode(leaf) as Uint8Array[];
    if (asked.codeHash === undefined || !same(codeHash, asked.codeHash)) return undefined;
    const proof = [...given.slots[0].proof];
    const word = await verifyMerkleProof(asked.slots[0], proof, { ...options, root: storageRoot });
    return word === null ? undefined : (RLP.decode(word) as Uint8Array);
  } catch {
    return undefined;
  }
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Every part of a witness with one byte changed. */
function mutations(original: Case): Case[] {
  const flipped = (bytes: Uint8Array, at = bytes.length >> 1): Uint8Array => {
    const copy = Uint8Array.from(bytes);
    copy[at] ^= 1;
    return copy;
  };
  const { witness } = original;
  const [account] = witness.accounts;
  const [slot] = account.slots;
  const withNode = (proof: readonly Uint8Array[], index: number) =>
    proof.map((node, i) => (i === index ? flipped(node) : node));
  const withAccount = (changed: Partial<typeof account>): Case => ({
    ...original,
    witness: { ...witness, accounts: [{ ...account, ...changed }] },
  });
  return [
    { ...original, witness: { ...witness, header: flipped(witness.header) } },
    ...account.proof.map((_, i) => withAccount({ proof: withNode(account.proof, i) })),
    ...slot.proof.map((_, i) => withAccount({ slots: [{ ...slot, proof: withNode(slot.proof, i) }] })),
  ];
}

/** Throws unless `verify` returns the value, and refuses each of the changed copies. */
async function mustVerify(name: string, verify: (input: Case) => unknown): Promise<void> {
  const original = makeCase();
  const result = (await verify(original)) as Uint8Array | undefined;
  if (result === undefined || !same(result, original.value))
    throw new Error(`${name} does not return the value`);
  for (const [index, mutation] of mutations(original).entries()) {
    if ((await verify(mutation)) !== undefined) throw new Error(`${name} accepts changed copy ${index}`);
  }
}

export async function benchWitness(): Promise<BenchResult> {
  await mustVerify('holdfast', ours);
  await mustVerify('@ethereumjs/mpt', peer);
  const batch = () => Array.from({ length: 200 }, makeCase);
  const measured = await compare(batch, ours, peer);
  const ratio = measured.peer / measured.ours;
  return {
    name: 'witness.verify',
    value: Math.round(measured.ours * 10) / 10,
    unit: 'µs',
    peer: '@ethereumjs/mpt verifyMerkleProof',
    peerValue: Math.round(measured.peer * 10) / 10,
    ratio: Math.round(ratio * 100) / 100,
    goal,
    met: ratio >= goal,
  };
}

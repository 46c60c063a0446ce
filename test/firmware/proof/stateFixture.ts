/** A block's state, built by oracles alone, and the witness that an honest source gives for it. */

import { createMerkleProof, createMPT, type MerklePatriciaTrie } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { wordFromNumber } from '../../../firmware/bytes/bigEndian.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import type { Witness, WitnessRequest } from '../../../firmware/proof/witness.js';

export interface AccountState {
  address: Uint8Array;
  codeHash?: Uint8Array;
  /** Slot, 32 bytes, and its value without leading zeros; an empty value is an empty slot. */
  storage: readonly (readonly [slot: Uint8Array, value: Uint8Array])[];
}

export interface Asked {
  address: Uint8Array;
  codeHash?: Uint8Array;
  slots: readonly Uint8Array[];
}

/** EIP-1186 lists the nodes that are bound by a hash; the oracle lists embedded ones as well. */
async function prove(trie: MerklePatriciaTrie, key: Uint8Array): Promise<Uint8Array[]> {
  const nodes = await createMerkleProof(trie, keccak_256(key));
  return nodes.filter((node, index) => index === 0 || node.length >= 32);
}

/** A header in today's form. `extra` are fields that no fork has appended yet. */
export function encodeHeader(
  facts: { number: number; timestamp: number; stateRoot: Uint8Array },
  extra: readonly Uint8Array[] = [],
): Uint8Array {
  const hash = (fill: number) => new Uint8Array(32).fill(fill);
  return RLP.encode([
    hash(1),
    hash(2),
    new Uint8Array(20).fill(3),
    facts.stateRoot,
    hash(4),
    hash(5),
    new Uint8Array(256).fill(6),
    0,
    facts.number,
    30_000_000,
    21_000,
    facts.timestamp,
    Uint8Array.of(7, 8, 9),
    hash(10),
    new Uint8Array(8),
    1_000_000_000,
    hash(11),
    131_072,
    0,
    hash(12),
    hash(13),
    ...extra,
  ]);
}

export async function buildWitness(
  states: readonly AccountState[],
  asked: readonly Asked[],
  block: { number: number; timestamp: number } = { number: 19_000_000, timestamp: 1_700_000_000 },
): Promise<{ request: WitnessRequest; witness: Witness }> {
  const stateTrie = await createMPT();
  const storageTries = new Map<string, MerklePatriciaTrie>();
  for (const { address, codeHash, storage } of states) {
    const trie = await createMPT();
    for (const [slot, value] of storage) {
      if (value.length > 0) await trie.put(keccak_256(slot), RLP.encode(value));
    }
    storageTries.set(address.join(), trie);
    const account = [1, 1_000_000, trie.root(), codeHash ?? keccak_256(new Uint8Array())];
    await stateTrie.put(keccak_256(address), RLP.encode(account));
  }
  const header = encodeHeader({ ...block, stateRoot: stateTrie.root() });
  const accounts = await Promise.all(
    asked.map(async ({ address, slots }) => {
      const trie = storageTries.get(address.join()) ?? (await createMPT());
      const empty = storageTries.get(address.join()) === undefined;
      return {
        address,
        proof: await prove(stateTrie, address),
        slots: await Promise.all(
          slots.map(async slot => ({ slot, proof: empty ? [] : await prove(trie, slot) })),
        ),
      };
    }),
  );
  return {
    request: { blockHash: keccak_256(header), number: block.number, accounts: asked },
    witness: { header, accounts },
  };
}

/** A block as JSON-RPC answers it, from a header's RLP. */
export function blockJson(header: Uint8Array): Record<string, unknown> {
  const names =
    'parentHash sha3Uncles miner stateRoot transactionsRoot receiptsRoot logsBloom difficulty number gasLimit gasUsed timestamp extraData mixHash nonce baseFeePerGas withdrawalsRoot blobGasUsed excessBlobGas parentBeaconBlockRoot requestsHash blockAccessListHash slotNumber';
  const integers =
    'difficulty number gasLimit gasUsed timestamp baseFeePerGas blobGasUsed excessBlobGas slotNumber';
  const block: Record<string, unknown> = {};
  (RLP.decode(header) as Uint8Array[]).forEach((field, i) => {
    const name = names.split(' ')[i];
    block[name] = integers.includes(name)
      ? `0x${toHex(field).slice(2).replace(/^0+/, '') || '0'}`
      : toHex(field);
  });
  return {
    ...block,
    hash: toHex(keccak_256(header)),
    size: '0x21',
    transactions: [],
    uncles: [],
    withdrawals: [],
  };
}

export const address = (fill: number): Uint8Array => new Uint8Array(20).fill(fill);
export const codeHash: Uint8Array = new Uint8Array(32).fill(0xcc);
/** A value that fills its word. */
export const long: Uint8Array = new Uint8Array(32).fill(0xee);

/** Two accounts among 40; slots with a short, a long and no value. */
export const sample = (): Promise<{ request: WitnessRequest; witness: Witness }> =>
  buildWitness(
    Array.from({ length: 40 }, (_, i) => ({
      address: address(i),
      codeHash,
      storage: [
        [wordFromNumber(0), Uint8Array.of(5)],
        [wordFromNumber(1), long],
        [wordFromNumber(3), Uint8Array.of(1, i + 1)],
      ] as const,
    })),
    [
      { address: address(7), codeHash, slots: [0, 1, 2, 3].map(wordFromNumber) },
      { address: address(9), slots: [wordFromNumber(3)] },
    ],
  );

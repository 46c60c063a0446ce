/** A routine command as mainnet would have it: state tries of 8 nodes, contracts with a handful of slots. */
import { randomBytes } from 'node:crypto';
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { envelopeHash } from '../../../firmware/command/envelope.js';
import { nextHead } from '../../../firmware/command/link.js';
import { encodeDelivery } from '../../../firmware/command/wire.js';
import { codeHash } from '../../../firmware/contract/facts.js';
import {
  deviceLayout,
  fleetLayout,
  type StorageVariable,
} from '../../../firmware/contract/layout.generated.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { slotKey } from '../../../firmware/proof/slots.js';
import { verifyWitness } from '../../../firmware/proof/witness.js';
import { encodeWitness } from '../../../firmware/proof/witnessCodec.js';
import type { Known } from './operations/command.js';

const accountNodes = 8;
const crypto = portableCrypto();
const none = new Uint8Array(0);

const random = (length: number): Uint8Array => {
  const bytes = new Uint8Array(randomBytes(length));
  bytes[0] |= 1;
  return bytes;
};

const nibbles = (path: Uint8Array): number[] => [...path].flatMap(byte => [byte >> 4, byte & 15]);

function leaf(path: number[], value: Uint8Array): Uint8Array {
  const prefixed = path.length % 2 === 0 ? [2, 0, ...path] : [3, ...path];
  const key = Uint8Array.from(
    { length: prefixed.length / 2 },
    (_, i) => prefixed[2 * i] * 16 + prefixed[2 * i + 1],
  );
  return RLP.encode([key, value]);
}

const branch = (children: readonly Uint8Array[]): Uint8Array => RLP.encode([...children, none]);

/** From the second node on: full branches with random neighbours, and the leaf. */
function below(path: number[], value: Uint8Array): Uint8Array[] {
  const nodes = [leaf(path.slice(accountNodes - 1), value)];
  for (let depth = accountNodes - 2; depth > 0; depth--) {
    const children = Array.from({ length: 16 }, () => random(32));
    children[path[depth]] = keccak_256(nodes[0]);
    nodes.unshift(branch(children));
  }
  return nodes;
}

/** A storage trie of slots whose hashes begin differently: one branch, and a leaf each. */
function storage(words: Map<number, Uint8Array>) {
  const children = Array.from({ length: 16 }, () => none as Uint8Array);
  const leaves = new Map<number, Uint8Array>();
  for (const [slot, value] of words) {
    const path = nibbles(keccak_256(slotKey(slot)));
    if (children[path[0]].length > 0) throw new Error('two slots share their first nibble');
    const node = leaf(path.slice(1), RLP.encode(value.slice(value.findIndex(byte => byte !== 0))));
    children[path[0]] = keccak_256(node);
    leaves.set(slot, node);
  }
  const root = branch(children);
  return {
    root: keccak_256(root),
    proof: (slot: number) => ({ slot: slotKey(slot), proof: [root, leaves.get(slot)!] }),
  };
}

function put(word: Uint8Array, { offset, bytes }: StorageVariable, value: Uint8Array): void {
  word.set(value, 32 - offset - bytes);
}

export interface CommandInput {
  known: Known;
  /** As a board has them: nothing is read from text while it is measured. */
  bytes: Record<'blockHash' | 'delivery' | 'device' | 'fleet' | 'head' | 'witness', Uint8Array>;
}

/** Fresh random bytes at every call. */
export function commandInput(): CommandInput {
  const device = random(20);
  let fleet = random(20);
  const first = (address: Uint8Array) => nibbles(keccak_256(address))[0];
  while (first(device) === first(fleet)) fleet = random(20);
  const now = 1_760_000_000;
  const [chainId, number, sequence] = [1, 23_000_000, 7];
  const envelope = {
    ...{ authority: 0, device, sequence, epoch: 0, fleetEpoch: 2, notBefore: now - 60, notAfter: now + 3600 },
    ...{
      class: 0,
      challenge: random(32),
      follows: 0,
      receipts: 0,
      replyKey: new Uint8Array(0),
      action: 'relay.set',
      params: Uint8Array.of(0xa1, 0x62, 0x6f, 0x6e, 0xf5),
    },
    ...{ operator: random(20), salt: new Uint8Array(32) },
  };
  const commandHash = envelopeHash(crypto, { chainId, verifyingContract: device }, envelope);
  const head = random(32);
  const { notAfter, epoch, fleetEpoch, operator } = envelope;
  const next = nextHead(crypto, head, {
    sequence,
    commandHash,
    notAfter,
    epoch,
    fleetEpoch,
    operator,
    class: 0,
  });

  const state = new Uint8Array(32);
  put(state, deviceLayout.key, random(20));
  put(state, deviceLayout.status, Uint8Array.of(2));
  put(state, deviceLayout.sequence, Uint8Array.of(0, 0, 0, sequence));
  const fleetWord = new Uint8Array(32);
  put(fleetWord, deviceLayout.fleet, fleet);
  const owner = new Uint8Array(32);
  put(owner, deviceLayout.owner, random(20));
  const policy = new Uint8Array(32);
  put(policy, fleetLayout.epoch, Uint8Array.of(0, 0, 0, fleetEpoch));
  const ofDevice = storage(
    new Map([
      [deviceLayout.key.slot, state],
      [deviceLayout.head.slot, next],
      [deviceLayout.owner.slot, owner],
      [deviceLayout.fleet.slot, fleetWord],
      [4, random(32)],
    ]),
  );
  const ofFleet = storage(
    new Map([
      [fleetLayout.paused.slot, policy],
      [1, random(32)],
      [2, random(32)],
    ]),
  );
  const account = (root: Uint8Array, code: Uint8Array) => RLP.encode([Uint8Array.of(1), none, root, code]);
  const paths = [device, fleet].map(address => nibbles(keccak_256(address)));
  const branches = [
    below(paths[0], account(ofDevice.root, codeHash.device())),
    below(paths[1], account(ofFleet.root, codeHash.fleet())),
  ];
  const children = Array.from({ length: 16 }, () => random(32));
  for (const [i, nodes] of branches.entries()) children[paths[i][0]] = keccak_256(nodes[0]);
  const root = branch(children);
  const header = RLP.encode([
    ...[random(32), random(32), random(20), keccak_256(root), random(32), random(32), random(256), 0, number],
    ...[
      45_000_000,
      random(4),
      now,
      random(20),
      random(32),
      new Uint8Array(8),
      random(4),
      random(32),
      random(3),
    ],
    ...[random(4), random(32), random(32)],
  ]);
  const blockHash = keccak_256(header);
  const slotsOfDevice = [deviceLayout.key, deviceLayout.head, deviceLayout.owner, deviceLayout.fleet].map(
    each => each.slot,
  );
  const witness = {
    header,
    accounts: [
      { address: device, proof: [root, ...branches[0]], slots: slotsOfDevice.map(ofDevice.proof) },
      { address: fleet, proof: [root, ...branches[1]], slots: [ofFleet.proof(fleetLayout.paused.slot)] },
    ],
  };
  const request = {
    ...{ blockHash, number },
    accounts: witness.accounts.map(({ address, slots }) => ({
      address,
      slots: slots.map(each => each.slot),
    })),
  };
  const verdict = verifyWitness(crypto, request, witness);
  if (verdict.verdict !== 'accepted') throw new Error(`the input is wrong: ${verdict.evidence}`);
  return {
    known: { chainId, number, now },
    bytes: {
      ...{ blockHash, device, fleet, head },
      witness: encodeWitness(witness),
      delivery: encodeDelivery({ envelope, signature: none }),
    },
  };
}

/** Merkle trees and roots against Lodestar's SSZ, and the positions of every fork in Lodestar's containers. */
import './minimalPreset.js';

import { Tree } from '@chainsafe/persistent-merkle-tree';
import { ssz } from '@lodestar/types';
import test from 'ava';
import fc from 'fast-check';
import { provenAbsentKeys } from '../../../firmware/beacon/absentKeys.js';
import { denebLayout, electraLayout, fuluLayout, gloasLayout } from '../../../firmware/beacon/chain.js';
import { committeeRoot, isPresent } from '../../../firmware/beacon/committee.js';
import { headerRoot } from '../../../firmware/beacon/header.js';
import { depthOf, verifyBranch } from '../../../firmware/beacon/merkle.js';
import { concat } from '../../../firmware/bytes/concat.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { keysTree, proveAbsent } from '../../../host-sim/node/beaconApi/absent.js';
import { convertCommittee } from '../../../host-sim/node/beaconApi/convert.js';
import { treeOf } from '../../../host-sim/node/beaconApi/tree.js';
import { seeded } from './random.js';
import { bitsWithout } from './validators.js';

const crypto = portableCrypto();
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const uint = fc.nat(Number.MAX_SAFE_INTEGER);

test('the root of a beacon header is that of Lodestar', t => {
  fc.assert(
    fc.property(
      uint,
      uint,
      bytes32,
      bytes32,
      bytes32,
      (slot, proposerIndex, parentRoot, stateRoot, bodyRoot) => {
        const theirs = ssz.phase0.BeaconBlockHeader.hashTreeRoot({
          slot,
          proposerIndex,
          parentRoot,
          stateRoot,
          bodyRoot,
        });
        t.deepEqual(
          headerRoot(crypto, { slot, proposer: proposerIndex, parentRoot, stateRoot, bodyRoot }),
          theirs,
        );
      },
    ),
  );
});

test('a committee by root has the root of the whole committee', t => {
  const random = seeded(1);
  for (let i = 0; i < 10; i++) {
    const committee = {
      pubkeys: Array.from({ length: 32 }, () => random.bytes(48)),
      aggregatePubkey: random.bytes(48),
    };
    t.deepEqual(
      committeeRoot(crypto, convertCommittee(committee)),
      ssz.altair.SyncCommittee.hashTreeRoot(committee),
    );
  }
});

const layouts = { deneb: denebLayout, electra: electraLayout, fulu: fuluLayout, gloas: gloasLayout };

for (const fork of ['deneb', 'electra', 'fulu', 'gloas'] as const) {
  test(`every index of ${fork} is where Lodestar's containers have it, and its branch proves it and nothing else`, t => {
    const layout = layouts[fork];
    const { BeaconState, BeaconBlockBody } = ssz[fork];
    const indexOf = (type: { getPathInfo(path: string[]): { gindex: bigint } }, ...path: string[]) =>
      Number(type.getPathInfo(path).gindex);
    t.is(indexOf(BeaconState, 'finalizedCheckpoint', 'root'), layout.finalizedRoot);
    t.is(indexOf(BeaconState, 'currentSyncCommittee'), layout.currentCommittee);
    t.is(indexOf(BeaconState, 'nextSyncCommittee'), layout.nextCommittee);
    const executionPath =
      fork === 'gloas'
        ? ['signedExecutionPayloadBid', 'message', 'parentBlockHash']
        : ['executionPayload', 'blockHash'];
    t.is(indexOf(BeaconBlockBody, ...executionPath), layout.executionHash);

    const state = BeaconState.defaultViewDU();
    const root = seeded(3).bytes(32);
    state.finalizedCheckpoint = ssz.phase0.Checkpoint.toViewDU({ epoch: 9, root });
    state.commit();
    const tree = new Tree(state.node);
    const branch = concat(...tree.getSingleProof(BigInt(layout.finalizedRoot)));
    const stateRoot = state.hashTreeRoot();
    t.true(verifyBranch(crypto, root, layout.finalizedRoot, branch, stateRoot));
    for (const other of [layout.finalizedRoot ^ 1, layout.finalizedRoot >> 1, layout.finalizedRoot * 2]) {
      t.false(verifyBranch(crypto, root, other, branch, stateRoot), `index ${other}`);
    }
    t.false(verifyBranch(crypto, root, layout.finalizedRoot, branch.subarray(32), stateRoot));
    t.false(verifyBranch(crypto, root, layout.finalizedRoot, concat(branch, new Uint8Array(32)), stateRoot));
    t.false(verifyBranch(crypto, new Uint8Array(32), layout.finalizedRoot, branch, stateRoot));
  });
}

test('a branch of any tree proves its leaf at its index alone', t => {
  fc.assert(
    fc.property(
      fc.array(bytes32, { minLength: 8, maxLength: 8 }),
      fc.integer({ min: 2, max: 15 }),
      fc.integer({ min: 1, max: 31 }),
      (leaves, index, other) => {
        const nodes = treeOf(leaves);
        const branch: Uint8Array[] = [];
        for (let at = index; at > 1; at >>= 1) branch.push(nodes[at ^ 1]);
        t.is(depthOf(index), branch.length);
        t.true(verifyBranch(crypto, nodes[index], index, concat(...branch), nodes[1]));
        if (other !== index) {
          const same = verifyBranch(crypto, nodes[index], other, concat(...branch), nodes[1]);
          t.is(
            same,
            depthOf(other) === depthOf(index) && nodes[other].every((byte, i) => byte === nodes[index][i]),
          );
        }
      },
    ),
  );
});

test('the keys of any set of absent positions are proven, and by no other bytes', t => {
  const random = seeded(5);
  const keys = Array.from({ length: 32 }, () => random.bytes(48));
  const tree = keysTree(keys);
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(31), { maxLength: 32 }),
      fc.nat(),
      fc.uint8Array({ minLength: 1, maxLength: 48 }),
      (absent, where, more) => {
        const bits = bitsWithout(32, absent);
        const proof = proveAbsent(keys, bits, tree);
        const expected = keys.filter((_, i) => !isPresent(bits, i));
        t.deepEqual([...provenAbsentKeys(crypto, tree[1], bits, proof)!], expected);
        t.is(provenAbsentKeys(crypto, tree[1], bits, concat(proof, more)), undefined);
        if (proof.length > 0) {
          t.is(provenAbsentKeys(crypto, tree[1], bits, proof.subarray(0, where % proof.length)), undefined);
          const copy = Uint8Array.from(proof);
          copy[where % proof.length] ^= 1 + (where % 255);
          t.is(provenAbsentKeys(crypto, tree[1], bits, copy), undefined);
          t.is(provenAbsentKeys(crypto, random.bytes(32), bits, proof), undefined);
        }
      },
    ),
  );
});

/** The messages of the simulated beacon, judged by Lodestar's light client, which knows Deneb and Electra. */
import '../../firmware/beacon/minimalPreset.js';

import { ssz } from '@lodestar/types';
import { periodAt } from '../../../firmware/beacon/chain.js';
import { depthOf, verifyBranch } from '../../../firmware/beacon/merkle.js';
import { concat } from '../../../firmware/bytes/concat.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { mine } from '../../../host-sim/node/chain/time.js';
import { LodestarClient } from '../../firmware/beacon/lodestarClient.js';
import { testWithChain } from '../chain/withChain.js';
import { bootstrapOf, configOf, finalityOf, updateOf } from './lodestar.js';
import { withBeacon } from './withBeacon.js';

/** The minimal preset's own: epochs of 8 slots, periods of 8 epochs. */
const minimal = { slotsPerEpoch: 8, epochsPerPeriod: 8 };

testWithChain('Lodestar follows the simulated chain from Deneb into Electra, period by period', async t => {
  await withBeacon({ ...minimal, forks: { deneb: 0, electra: 20 } }, async ({ beacon, chain }) => {
    const { root, slot } = await beacon.checkpoint();
    const client = new LodestarClient(configOf(beacon.chain), await bootstrapOf(beacon, root));
    t.is(client.finalizedSlot, slot);
    for (let period = 0; period < 4; period++) {
      await mine(chain.url, 20);
      const inPeriod = await updateOf(beacon, period);
      t.is(client.apply(inPeriod).refusal, undefined, `period ${period}`);
      await beacon.nextPeriod();
      const { slot: head } = inPeriod.attestedHeader.beacon;
      t.is(periodAt(beacon.chain, head), period);
      const newest = await finalityOf(beacon);
      const last = await updateOf(beacon, period);
      t.is(client.apply(last).refusal, undefined, `last of period ${period}`);
      t.deepEqual(client.apply(newest), { moved: true }, `finality in period ${period + 1}`);
      t.is(client.finalizedSlot, (await beacon.checkpoint()).slot);
    }
    t.log(`4 periods, finalized slot ${client.finalizedSlot}`);
  });
});

testWithChain(
  'Lodestar refuses what the simulated committee signed with too few, and takes it with enough',
  async t => {
    await withBeacon({ ...minimal, forks: { electra: 0 } }, async ({ beacon, chain }) => {
      const { root } = await beacon.checkpoint();
      const client = new LodestarClient(configOf(beacon.chain), await bootstrapOf(beacon, root));
      await mine(chain.url, 5);
      beacon.participate(21);
      t.false(client.apply(await finalityOf(beacon)).moved);
      beacon.participate(22);
      t.true(client.apply(await finalityOf(beacon)).moved);
    });
  },
);

/** Lodestar's light client knows neither fork: its SSZ containers say where things must lie. */
for (const fork of ['fulu', 'gloas'] as const) {
  testWithChain(
    `${fork}: branches fit the containers of Lodestar (there is no light client to compare with)`,
    async t => {
      await withBeacon({ ...minimal, forks: { [fork]: 0 } }, async ({ beacon }) => {
        const crypto = portableCrypto();
        const { root } = await beacon.checkpoint();
        const bootstrap = await bootstrapOf(beacon, root);
        const update = await updateOf(beacon, 0);
        const { BeaconBlockBody, BeaconState } = ssz[fork];
        const within = (
          leaf: Uint8Array,
          type: typeof BeaconState | typeof BeaconBlockBody,
          path: string[],
          branch: Uint8Array[],
          under: Uint8Array,
        ) => {
          const { gindex } = (type as typeof BeaconState).getPathInfo(path);
          t.is(branch.length, depthOf(Number(gindex)), path.join('.'));
          t.true(verifyBranch(crypto, leaf, Number(gindex), concat(...branch), under), path.join('.'));
        };
        const committee = (value: unknown) => ssz.altair.SyncCommittee.hashTreeRoot(value as never);
        const { stateRoot } = update.attestedHeader.beacon;
        const finalizedRoot = ssz.phase0.BeaconBlockHeader.hashTreeRoot(update.finalizedHeader.beacon);
        t.deepEqual(
          ssz.phase0.BeaconBlockHeader.hashTreeRoot(bootstrap.header.beacon),
          Uint8Array.from(root),
        );
        within(finalizedRoot, BeaconState, ['finalizedCheckpoint', 'root'], update.finalityBranch, stateRoot);
        within(
          committee(update.nextSyncCommittee),
          BeaconState,
          ['nextSyncCommittee'],
          update.nextSyncCommitteeBranch!,
          stateRoot,
        );
        within(
          committee(bootstrap.currentSyncCommittee),
          BeaconState,
          ['currentSyncCommittee'],
          bootstrap.currentSyncCommitteeBranch,
          bootstrap.header.beacon.stateRoot,
        );
        for (const header of [bootstrap.header, update.finalizedHeader, update.attestedHeader]) {
          const { beacon: block, execution, executionBlockHash, executionBranch } = header;
          if (fork === 'fulu') {
            const payload = ssz.fulu.ExecutionPayloadHeader.hashTreeRoot(execution as never);
            within(payload, BeaconBlockBody, ['executionPayload'], executionBranch, block.bodyRoot);
          } else {
            const path = ['signedExecutionPayloadBid', 'message', 'parentBlockHash'];
            within(executionBlockHash!, BeaconBlockBody, path, executionBranch, block.bodyRoot);
          }
        }
      });
    },
  );
}

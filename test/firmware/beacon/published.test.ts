/** The consensus specification's own light client sync vectors (Deneb, minimal preset). */
import './minimalPreset.js';

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ssz } from '@lodestar/types';
import type { ExecutionContext } from 'ava';
import { uncompress } from 'snappyjs';
import { encodeBootstrap, parseBootstrap, verifyBootstrap } from '../../../firmware/beacon/bootstrap.js';
import { step } from '../../../firmware/beacon/catchUp.js';
import { type BeaconChain, type BeaconContext, denebLayout } from '../../../firmware/beacon/chain.js';
import { portableBls } from '../../../firmware/beacon/portableBls.js';
import { encodeState, type FinalityState, parseState } from '../../../firmware/beacon/state.js';
import { encodeUpdate } from '../../../firmware/beacon/update.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { convertBootstrap, convertUpdate } from '../../../host-sim/node/beaconApi/convert.js';
import type { StandardHeader } from '../../../host-sim/node/beaconApi/standard.js';
import { vectorTest } from '../vectors.js';
import { emptyBlockHeader } from './executionHeader.js';

const folder = 'light-client-minimal/deneb';

/** The execution block of a header of these vectors: none has transactions or withdrawals. */
const executionHeaderOf = (header: StandardHeader): Uint8Array =>
  emptyBlockHeader(header.execution!, header.beacon.parentRoot);

interface Scenario {
  context: BeaconContext;
  state: FinalityState;
  update(name: string): ReturnType<typeof ssz.deneb.LightClientUpdate.deserialize>;
  /** Keys of every committee that the scenario shows, by its root. */
  signersOf(state: FinalityState, signatureSlot: number): Uint8Array[];
}

function open(t: ExecutionContext, name: string): Scenario {
  const at = (file: string) => join(process.env.HOLDFAST_VECTORS!, folder, name, file);
  const read = (file: string) => new Uint8Array(uncompress(readFileSync(at(`${file}.ssz_snappy`))));
  const meta = readFileSync(at('meta.yaml'), 'utf8');
  const hexOf = (key: string) => fromHex(new RegExp(`${key}: '(0x[0-9a-f]{64})'`).exec(meta)![1], 32)!;
  const chain: BeaconChain = {
    genesisValidatorsRoot: hexOf('genesis_validators_root'),
    genesisTime: 0,
    secondsPerSlot: 6,
    slotsPerEpoch: 8,
    epochsPerPeriod: 8,
    committeeSize: 32,
    forks: [{ epoch: 0, version: Uint8Array.of(4, 0, 0, 1), layout: denebLayout }],
  };
  const context = { chain, crypto: portableCrypto(), bls: portableBls() };
  const bootstrap = ssz.deneb.LightClientBootstrap.deserialize(read('bootstrap'));
  const parsed = parseBootstrap(
    encodeBootstrap(convertBootstrap(bootstrap, executionHeaderOf(bootstrap.header))),
  );
  if (parsed.verdict !== 'accepted') throw new Error(parsed.evidence);
  const begun = verifyBootstrap(context, hexOf('trusted_block_root'), parsed.value);
  if (begun.verdict !== 'accepted') throw new Error(begun.evidence);
  t.is(
    verifyBootstrap(context, bootstrap.header.beacon.stateRoot, parsed.value).verdict,
    'rejected',
    'another trusted root',
  );

  // A prover holds whole committees; here they come out of the scenario's own files.
  const committees = new Map<string, Uint8Array[]>();
  const learn = (committee: { pubkeys: Uint8Array[]; aggregatePubkey: Uint8Array }) =>
    committees.set(toHex(committee.aggregatePubkey), committee.pubkeys);
  learn(bootstrap.currentSyncCommittee);
  const period = (slot: number) => Math.floor(slot / 64);
  return {
    context,
    state: begun.value,
    update(file) {
      const update = ssz.deneb.LightClientUpdate.deserialize(read(file));
      learn(update.nextSyncCommittee);
      return update;
    },
    signersOf(state, signatureSlot) {
      const signers = period(signatureSlot) === period(state.slot) ? state.current : state.next;
      return (signers && committees.get(toHex(signers.aggregate))) ?? bootstrap.currentSyncCommittee.pubkeys;
    },
  };
}

interface Step {
  update: string;
  finalizedSlot: number;
  finalizedRoot: string;
}

/** The steps up to the first forced update. */
function stepsOf(yaml: string): { steps: Step[]; forced: string[] } {
  const [before, ...after] = yaml.split('- force_update:');
  const names = (text: string) => [...text.matchAll(/update: (update_\w+)/g)].map(match => match[1]);
  const checks = [...before.matchAll(/finalized_header: \{slot: (\d+), beacon_root: '(0x\w+)'/g)];
  const steps = names(before).map((update, i) => ({
    update,
    finalizedSlot: Number(checks[i][1]),
    finalizedRoot: checks[i][2],
  }));
  return { steps, forced: names(after.join('')) };
}

for (const name of [
  'light_client_sync',
  'advance_finality_without_sync_committee',
  'supply_sync_committee_from_past_update',
]) {
  vectorTest(
    `a board follows the specification's own scenario: ${name}`,
    `${folder}/${name}/steps.yaml`,
    (t, yaml) => {
      const scenario = open(t, name);
      const { chain } = scenario.context;
      const { steps, forced } = stepsOf(yaml);
      let { state } = scenario;
      let moves = 0;
      const answer = (file: string) => {
        const update = scenario.update(file);
        return encodeUpdate(
          convertUpdate(update, {
            executionHeader: executionHeaderOf(update.finalizedHeader),
            forkVersion: chain.forks[0].version,
            signers: scenario.signersOf(state, update.signatureSlot),
          }),
        );
      };
      for (const expected of steps) {
        const standard = scenario.update(expected.update);
        const verdict = step(scenario.context, state, answer(expected.update));
        t.log(
          `${expected.update.slice(7, 20)}${expected.update.slice(-3)}`,
          verdict.verdict === 'accepted' ? verdict.value.moved : verdict.evidence,
        );
        if (verdict.verdict === 'accepted') {
          if (verdict.value.moved) {
            moves++;
            t.is(
              toHex(ssz.phase0.BeaconBlockHeader.hashTreeRoot(standard.finalizedHeader.beacon)),
              expected.finalizedRoot,
            );
            t.deepEqual(verdict.value.state.execution.hash, standard.finalizedHeader.execution.blockHash);
            t.is(verdict.value.state.execution.timestamp, expected.finalizedSlot * 6);
          }
          ({ state } = verdict.value);
        } else t.not(verdict.verdict, 'rejected', 'nothing here is forged');
        t.is(state.slot, expected.finalizedSlot);
        const kept = parseState(encodeState(state));
        // The state root serves until the next start, and is not kept.
        const { stateRoot: _, ...execution } = state.execution;
        t.deepEqual(kept, { verdict: 'accepted', value: { ...state, execution } });
      }
      t.true(moves > 0 || state.next !== undefined);
      // Where the specification forces its way without finality, a board waits.
      for (const file of forced) {
        const verdict = step(scenario.context, state, answer(file));
        t.like(verdict, { verdict: 'undetermined', cause: 'behind' });
      }
    },
  );
}

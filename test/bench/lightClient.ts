/**
 * The bytes that Ethereum finality costs a board: kept, and sent. The peer is Lodestar's light client on the same
 * updates; before anything is measured both must accept each of them and refuse a changed copy.
 */

import { ssz } from '@lodestar/types';
import { encodeUpdate } from '../../firmware/beacon/update.js';
import { encodeFinalityRecord } from '../../firmware/trust/finalityRecord.js';
import { begin, compact, contextOf, mustAccept, stepWith } from '../firmware/beacon/board.js';
import { LodestarClient } from '../firmware/beacon/lodestarClient.js';
import { type SignedUpdate, type UpdatePlan, World } from '../firmware/beacon/world.js';
import type { BenchResult } from './result.js';

const start = 3 * 8192 + 100;
const plan: UpdatePlan = { attestedSlot: start + 200, finalizedSlot: start + 128 };
const committeeBytes = ssz.altair.SyncCommittee.fixedSize!;

interface Measured {
  state: number;
  peerState: number;
  period: number;
  peerPeriod: number;
  finality: number;
  peerFinality: number;
  absent: number;
}

const sszShape = (signed: SignedUpdate) => ({
  ...signed.update,
  syncAggregate: {
    ...signed.update.syncAggregate,
    syncCommitteeBits: ssz.altair.SyncCommitteeBits.deserialize(
      signed.update.syncAggregate.syncCommitteeBits.uint8Array,
    ),
  },
});

function measure(): Measured {
  const world = new World({ seed: 61, forks: { electra: 0 } });
  const context = contextOf(world);
  const { bootstrap, state } = begin(world, start, context);
  const lodestar = new LodestarClient(world.config, bootstrap);
  /** The compact bytes of an update that both sides accept, and refuse once a bit of it is changed. */
  const judged = (signed: SignedUpdate) => {
    const { state: after } = mustAccept(stepWith(context, state, signed));
    if (!lodestar.fork().apply(signed.update).moved) throw new Error('the peer does not follow');
    const { finalityBranch } = signed.update;
    const changed = {
      ...signed,
      update: { ...signed.update, finalityBranch: [...finalityBranch].reverse() },
    };
    if (stepWith(context, state, changed).verdict === 'accepted')
      throw new Error('holdfast accepts a changed copy');
    if (lodestar.fork().apply(changed.update).moved) throw new Error('the peer accepts a changed copy');
    return { after, bytes: encodeUpdate(compact(signed)).length };
  };
  const period = world.update({ ...plan, next: true, absent: [10, 177, 400] });
  const finality = world.update(plan);
  const compactPeriod = judged(period);
  const compactFinality = judged(finality);
  const oneAbsent = judged(world.update({ ...plan, absent: [177] }));
  const { LightClientHeader, LightClientUpdate, LightClientFinalityUpdate } = ssz.electra;
  const peerUpdate = sszShape(period) as unknown as Parameters<typeof LightClientUpdate.serialize>[0];
  const peerFinality = sszShape(finality) as unknown as Parameters<
    typeof LightClientFinalityUpdate.serialize
  >[0];
  return {
    state: encodeFinalityRecord({
      origin: new Uint8Array(4).fill(1),
      standing: 'good',
      upToDate: 1_900_000_000,
      state: compactPeriod.after,
    }).length,
    // The finalized header and both committees: what its store needs to go on from where it is.
    peerState: LightClientHeader.serialize(peerUpdate.finalizedHeader).length + 2 * committeeBytes,
    period: compactPeriod.bytes,
    peerPeriod: LightClientUpdate.serialize(peerUpdate).length,
    finality: compactFinality.bytes,
    peerFinality: LightClientFinalityUpdate.serialize(peerFinality).length,
    absent: oneAbsent.bytes - compactFinality.bytes,
  };
}

function result(name: string, value: number, peer: string, peerValue: number, goal: number): BenchResult {
  const ratio = Math.round((100 * peerValue) / value) / 100;
  return { name, value, unit: 'bytes', peer, peerValue, ratio, goal, met: value <= goal };
}

/** `lc.*`: 512 positions, Electra. */
export async function benchLightClient(): Promise<BenchResult[]> {
  const peer = '@lodestar/light-client';
  const measured = measure();
  return [
    result('lc.state.bytes', measured.state, peer, measured.peerState, 256),
    result('lc.period.bytes', measured.period, `${peer}, 509 of 512`, measured.peerPeriod, 3072),
    result('lc.finality.bytes', measured.finality, `${peer}, 512 of 512`, measured.peerFinality, 2560),
    result('lc.absent.bytes', measured.absent, `${peer}, the whole committee`, committeeBytes, 350),
  ];
}

/** Our SSZ and JSON of light client data against Lodestar's, which we did not write. */
import '../../../firmware/beacon/minimalPreset.js';

import { ssz } from '@lodestar/types';
import test from 'ava';
import fc from 'fast-check';
import { decodeJson, decodeSsz, type SszType } from '../../../../host-sim/node/beaconApi/ssz.js';
import { readLightClient, typesAt } from '../../../../host-sim/node/beaconApi/types.js';
import { type TestFork, World } from '../../../firmware/beacon/world.js';

/** As far as it is used here, the same for all of Lodestar's containers. */
interface Container {
  serialize(value: unknown): Uint8Array;
  deserialize(bytes: Uint8Array): unknown;
  toJson(value: unknown): unknown;
}

const forks: readonly TestFork[] = ['deneb', 'electra', 'fulu', 'gloas'];

/** One of each kind, genuine, in a world of one fork. */
function dataOf(fork: TestFork) {
  const world = new World({ seed: 5, forks: { [fork]: 0 } });
  const { bootstrap } = world.bootstrap(70);
  const withBits = (update: ReturnType<typeof world.update>['update']) => ({
    ...update,
    syncAggregate: {
      ...update.syncAggregate,
      syncCommitteeBits: ssz.altair.SyncCommitteeBits.deserialize(
        update.syncAggregate.syncCommitteeBits.uint8Array,
      ),
    },
  });
  const plan = { attestedSlot: 100, finalizedSlot: 80, absent: [1, 9] };
  const update = withBits(world.update({ ...plan, next: true }).update);
  const finalityUpdate = withBits(world.update(plan).update);
  const { attestedHeader, signatureSlot, syncAggregate } = finalityUpdate;
  return {
    chain: world.chain,
    values: {
      bootstrap,
      update,
      finalityUpdate,
      optimisticUpdate: { attestedHeader, signatureSlot, syncAggregate },
    },
  };
}

const lodestarNames = {
  bootstrap: 'LightClientBootstrap',
  update: 'LightClientUpdate',
  finalityUpdate: 'LightClientFinalityUpdate',
  optimisticUpdate: 'LightClientOptimisticUpdate',
} as const;
type Kind = keyof typeof lodestarNames;
const kinds = Object.keys(lodestarNames) as Kind[];

for (const fork of forks) {
  test(`${fork}: bytes and JSON are Lodestar's, both ways`, t => {
    const { chain, values } = dataOf(fork);
    for (const kind of kinds) {
      const theirs = (ssz[fork] as unknown as Record<string, Container>)[lodestarNames[kind]];
      const ours = typesAt(chain, 0)[kind] as SszType<unknown>;
      const bytes = theirs.serialize(values[kind]);
      t.deepEqual(ours.encode(values[kind]), Uint8Array.from(bytes), kind);
      const json = theirs.toJson(values[kind]);
      // Lodestar writes addresses with a checksum in their case.
      t.deepEqual(
        ours.toJson(values[kind]),
        JSON.parse(JSON.stringify(json).replaceAll(/"0x\w+"/g, hex => hex.toLowerCase())),
        kind,
      );
      for (const read of [decodeSsz(ours, bytes), decodeJson(ours, JSON.parse(JSON.stringify(json)))]) {
        t.truthy(read, kind);
        t.deepEqual(ours.encode(read), Uint8Array.from(bytes), kind);
      }
      t.truthy(readLightClient(chain, kind, bytes));
    }
  });
}

test('changed bytes and changed JSON never throw, and what is read from bytes is what was written', t => {
  let read = 0;
  let refused = 0;
  for (const fork of forks) {
    const { chain, values } = dataOf(fork);
    const type = typesAt(chain, 0).update;
    const genuine = type.encode(values.update);
    fc.assert(
      fc.property(fc.nat(genuine.length - 1), fc.nat(255), fc.nat(3), (at, byte, kind) => {
        const changed = kind === 0 ? genuine.slice(0, at) : Uint8Array.from(genuine);
        if (kind > 0) changed[kind === 1 ? at : at % 1200] = byte;
        const value = decodeSsz(type, changed);
        if (value) t.deepEqual(type.encode(value), changed);
        value ? read++ : refused++;
      }),
      { numRuns: 150 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('attested_header', 'sync_aggregate'), (junk, at) => {
        const json = { ...(type.toJson(values.update) as object), [at]: junk };
        t.is(decodeJson(type, json), undefined);
        t.is(decodeJson(type, junk), undefined);
      }),
      { numRuns: 50 },
    );
    t.truthy(decodeSsz(type, genuine));
  }
  t.log(`${read} read, ${refused} refused`);
  t.true(read > 20 && refused > 20);
});

/**
 * The light client containers of each fork (consensus-specs, light-client/sync-protocol.md of Altair, Capella,
 * Deneb, Electra and Gloas) as SSZ and JSON. What differs from fork to fork follows from where the fork keeps
 * things, and the committee's size is a parameter.
 */

import { type BeaconChain, type ForkLayout, forkAt } from '../../../firmware/beacon/chain.js';
import { depthOf } from '../../../firmware/beacon/merkle.js';
import {
  bitsOf,
  bytesOf,
  bytesUpTo,
  containerOf,
  decodeJson,
  decodeSsz,
  type SszType,
  uint64,
  unsigned,
  vectorOf,
} from './ssz.js';
import type {
  StandardBootstrap,
  StandardHeader,
  StandardOptimisticUpdate,
  StandardPayloadHeader,
  StandardUpdate,
} from './standard.js';

const root = bytesOf(32);
const branch = (index: number) => vectorOf(root, depthOf(index));

const beaconHeader = containerOf({
  slot: uint64,
  proposerIndex: uint64,
  parentRoot: root,
  stateRoot: root,
  bodyRoot: root,
});

const payloadHeader: SszType<StandardPayloadHeader> = containerOf({
  parentHash: root,
  feeRecipient: bytesOf(20),
  stateRoot: root,
  receiptsRoot: root,
  logsBloom: bytesOf(256),
  prevRandao: root,
  blockNumber: uint64,
  gasLimit: uint64,
  gasUsed: uint64,
  timestamp: uint64,
  extraData: bytesUpTo(32),
  baseFeePerGas: unsigned(32),
  blockHash: root,
  transactionsRoot: root,
  withdrawalsRoot: root,
  blobGasUsed: unsigned(8),
  excessBlobGas: unsigned(8),
});

/** `execution_payload` in the body of a block, up to Fulu. */
export const payloadIndex = 25;
const payloadDepth = depthOf(32);

/** True when a header brings the whole payload header: the block hash then lies within the payload. */
export const hasPayload = (layout: ForkLayout): boolean =>
  layout.executionHash >> payloadDepth === payloadIndex;

const headerOf = (layout: ForkLayout): SszType<StandardHeader> =>
  (hasPayload(layout)
    ? containerOf({ beacon: beaconHeader, execution: payloadHeader, executionBranch: branch(payloadIndex) })
    : containerOf({
        beacon: beaconHeader,
        executionBlockHash: root,
        executionBranch: branch(layout.executionHash),
      })) as SszType<StandardHeader>;

export interface LightClientTypes {
  header: SszType<StandardHeader>;
  bootstrap: SszType<StandardBootstrap>;
  update: SszType<StandardUpdate>;
  finalityUpdate: SszType<StandardUpdate>;
  optimisticUpdate: SszType<StandardOptimisticUpdate>;
}

/** The containers of one fork. */
export function lightClientTypes(layout: ForkLayout, committeeSize: number): LightClientTypes {
  const header = headerOf(layout);
  const committee = containerOf({
    pubkeys: vectorOf(bytesOf(48), committeeSize),
    aggregatePubkey: bytesOf(48),
  });
  const syncAggregate = containerOf({
    syncCommitteeBits: bitsOf(committeeSize),
    syncCommitteeSignature: bytesOf(96),
  });
  const finality = { finalizedHeader: header, finalityBranch: branch(layout.finalizedRoot) };
  const signed = { syncAggregate, signatureSlot: uint64 };
  return {
    header,
    bootstrap: containerOf({
      header,
      currentSyncCommittee: committee,
      currentSyncCommitteeBranch: branch(layout.currentCommittee),
    }),
    update: containerOf({
      attestedHeader: header,
      nextSyncCommittee: committee,
      nextSyncCommitteeBranch: branch(layout.nextCommittee),
      ...finality,
      ...signed,
    }) as SszType<StandardUpdate>,
    finalityUpdate: containerOf({
      attestedHeader: header,
      ...finality,
      ...signed,
    }) as SszType<StandardUpdate>,
    optimisticUpdate: containerOf({ attestedHeader: header, ...signed }),
  };
}

export type LightClientKind = Exclude<keyof LightClientTypes, 'header'>;
type ValueOf<Kind extends LightClientKind> = LightClientTypes[Kind] extends SszType<infer T> ? T : never;

const bySize = new Map<string, LightClientTypes>();

function typesOf(layout: ForkLayout, committeeSize: number): LightClientTypes {
  const name = JSON.stringify([layout, committeeSize]);
  let types = bySize.get(name);
  if (!types) bySize.set(name, (types = lightClientTypes(layout, committeeSize)));
  return types;
}

/** The containers of the fork of a slot. @throws RangeError when its rules are not known */
export function typesAt(chain: BeaconChain, slot: number): LightClientTypes {
  const layout = forkAt(chain, slot)?.layout;
  if (!layout) throw new RangeError(`no rules are known for slot ${slot}`);
  return typesOf(layout, chain.committeeSize);
}

/**
 * Data of any fork of the chain, or undefined when they are of none. Nodes keep old data in the container of a later
 * fork at will, so the containers are tried, newest first; at most one fits, since their sizes differ.
 */
export function readLightClient<Kind extends LightClientKind>(
  chain: BeaconChain,
  kind: Kind,
  encoded: Uint8Array | { json: unknown },
): ValueOf<Kind> | undefined {
  for (const { layout } of [...chain.forks].reverse()) {
    if (!layout) continue;
    const type = typesOf(layout, chain.committeeSize)[kind] as SszType<ValueOf<Kind>>;
    const value = encoded instanceof Uint8Array ? decodeSsz(type, encoded) : decodeJson(type, encoded.json);
    if (value) return value;
  }
  return undefined;
}

/**
 * Light client data in the shape that the standard Beacon API gives them (consensus-specs, light-client/
 * sync-protocol.md of Altair, Capella, Deneb and Gloas), decoded. Lodestar's values are of these shapes.
 */

export interface StandardBeaconHeader {
  slot: number;
  proposerIndex: number;
  parentRoot: Uint8Array;
  stateRoot: Uint8Array;
  bodyRoot: Uint8Array;
}

/** `ExecutionPayloadHeader` from Deneb on. */
export interface StandardPayloadHeader {
  parentHash: Uint8Array;
  feeRecipient: Uint8Array;
  stateRoot: Uint8Array;
  receiptsRoot: Uint8Array;
  logsBloom: Uint8Array;
  prevRandao: Uint8Array;
  blockNumber: number;
  gasLimit: number;
  gasUsed: number;
  timestamp: number;
  extraData: Uint8Array;
  baseFeePerGas: bigint;
  blockHash: Uint8Array;
  transactionsRoot: Uint8Array;
  withdrawalsRoot: Uint8Array;
  blobGasUsed: bigint;
  excessBlobGas: bigint;
}

/** With `execution` up to Fulu; without, its branch is that of a block hash (Gloas). */
export interface StandardHeader {
  beacon: StandardBeaconHeader;
  execution?: StandardPayloadHeader;
  executionBlockHash?: Uint8Array;
  executionBranch: Uint8Array[];
}

export interface StandardCommittee {
  pubkeys: Uint8Array[];
  aggregatePubkey: Uint8Array;
}

export interface StandardBootstrap {
  header: StandardHeader;
  currentSyncCommittee: StandardCommittee;
  currentSyncCommitteeBranch: Uint8Array[];
}

export interface StandardSyncAggregate {
  syncCommitteeBits: { uint8Array: Uint8Array };
  syncCommitteeSignature: Uint8Array;
}

export interface StandardOptimisticUpdate {
  attestedHeader: StandardHeader;
  syncAggregate: StandardSyncAggregate;
  signatureSlot: number;
}

/** A finality update has no next committee. */
export interface StandardUpdate extends StandardOptimisticUpdate {
  nextSyncCommittee?: StandardCommittee;
  nextSyncCommitteeBranch?: Uint8Array[];
  finalizedHeader: StandardHeader;
  finalityBranch: Uint8Array[];
}

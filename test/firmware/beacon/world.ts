/**
 * A beacon chain made for tests out of Lodestar's own SSZ containers: states, block bodies, branches and roots come
 * from them, signatures from blst. It has no validators' duties and no state transition; each state says just what
 * an update needs it to say. The preset is Lodestar's, so 32 or 512 positions.
 */

import { Tree } from '@chainsafe/persistent-merkle-tree';
import { type BeaconConfig, createBeaconConfig } from '@lodestar/config';
import { chainConfig as defaultChainConfig } from '@lodestar/config/default';
import {
  DOMAIN_SYNC_COMMITTEE,
  EPOCHS_PER_SYNC_COMMITTEE_PERIOD,
  ForkName,
  SLOTS_PER_EPOCH,
  SYNC_COMMITTEE_SIZE,
} from '@lodestar/params';
import { ssz } from '@lodestar/types';
import { keccak_256 as keccak256 } from '@noble/hashes/sha3.js';
import {
  type BeaconChain,
  denebLayout,
  electraLayout,
  type Fork,
  forkAt,
  fuluLayout,
  gloasLayout,
  periodAt,
} from '../../../firmware/beacon/chain.js';
import { domainSlot } from '../../../firmware/beacon/domain.js';
import type {
  StandardBeaconHeader,
  StandardBootstrap,
  StandardHeader,
  StandardPayloadHeader,
  StandardUpdate,
} from '../../../host-sim/node/beaconApi/standard.js';
import { emptyBlockHeader } from './executionHeader.js';
import { type Random, seeded } from './random.js';
import { bitsWithout, TestCommittee, type Validator, validator } from './validators.js';

export type TestFork = 'deneb' | 'electra' | 'fulu' | 'gloas';

const layouts = { deneb: denebLayout, electra: electraLayout, fulu: fuluLayout, gloas: gloasLayout };
const forkNames: readonly TestFork[] = ['deneb', 'electra', 'fulu', 'gloas'];

/** The part of Lodestar's types that is used here; the types differ a little from fork to fork. */
interface ViewType {
  defaultViewDU(): StateView;
}
interface StateView {
  currentSyncCommittee: unknown;
  nextSyncCommittee: unknown;
  finalizedCheckpoint: unknown;
  clone(): StateView;
  commit(): void;
  hashTreeRoot(): Uint8Array;
  node: ConstructorParameters<typeof Tree>[0];
}
interface ValueType {
  defaultValue(): Record<string, unknown>;
  toView(value: Record<string, unknown>): { node: StateView['node']; hashTreeRoot(): Uint8Array };
}
interface ForkTypes {
  BeaconState: ViewType;
  BeaconBlockBody: ValueType;
}
const typesOf = (fork: TestFork): ForkTypes => ssz[fork] as unknown as ForkTypes;

type PayloadFields = Omit<StandardPayloadHeader, 'blockHash' | 'transactionsRoot' | 'withdrawalsRoot'>;

export interface Block {
  header: StandardHeader;
  /** RLP of the execution block that its header proves. */
  executionHeader: Uint8Array;
}

export interface BlockOptions {
  stateRoot?: Uint8Array;
  /** Of the execution block, instead of one that rises with the slot. */
  number?: number;
  /** RLP of the execution block, instead of a new one. */
  execution?: Uint8Array;
}

export interface SignedUpdate {
  update: StandardUpdate;
  executionHeader: Uint8Array;
  /** Of the attested block. */
  attestedExecution: Uint8Array;
  forkVersion: Uint8Array;
  /** The committee that signed. */
  committee: TestCommittee;
}

export interface UpdatePlan {
  attestedSlot: number;
  finalizedSlot: number;
  /** The slot after the attested one, if not said. */
  signatureSlot?: number;
  /** True when the update names the next committee. */
  next?: boolean;
  absent?: readonly number[];
  /** Instead of the committee of the signature's period. */
  signers?: TestCommittee;
  /** Instead of the fork of the signature. */
  forkVersion?: Uint8Array;
  genesisValidatorsRoot?: Uint8Array;
  /** Instead of a block of `finalizedSlot`. */
  finalized?: Block;
}

export interface WorldOptions {
  seed: number;
  /** First epochs; the first fork begins at 0. */
  forks: Partial<Record<TestFork, number>>;
  /** Instead of committees drawn at random. */
  committee?: (period: number, draw: () => Validator) => readonly Validator[];
}

export class World {
  readonly chain: BeaconChain;
  readonly config: BeaconConfig;
  readonly random: Random;
  readonly #committees = new Map<number, TestCommittee>();
  readonly #states = new Map<string, StateView>();
  readonly #validators: Validator[] = [];
  readonly #committeeOf: WorldOptions['committee'];

  constructor({ seed, forks, committee }: WorldOptions) {
    this.random = seeded(seed);
    this.#committeeOf = committee;
    const never = Number.POSITIVE_INFINITY;
    const genesisValidatorsRoot = this.random.bytes(32);
    const chainConfig = {
      ...defaultChainConfig,
      ALTAIR_FORK_EPOCH: 0,
      BELLATRIX_FORK_EPOCH: 0,
      CAPELLA_FORK_EPOCH: 0,
      DENEB_FORK_EPOCH: forks.deneb ?? 0,
      ELECTRA_FORK_EPOCH: forks.electra ?? forks.fulu ?? forks.gloas ?? never,
      FULU_FORK_EPOCH: forks.fulu ?? forks.gloas ?? never,
      GLOAS_FORK_EPOCH: forks.gloas ?? never,
    };
    this.config = createBeaconConfig(chainConfig, genesisValidatorsRoot);
    const known: Fork[] = [];
    for (const name of forkNames) {
      const epoch = forks[name];
      if (epoch !== undefined) {
        known.push({ epoch, version: this.config.forks[ForkName[name]].version, layout: layouts[name] });
      }
    }
    this.chain = {
      genesisValidatorsRoot,
      genesisTime: 1_700_000_000,
      secondsPerSlot: 12,
      slotsPerEpoch: SLOTS_PER_EPOCH,
      epochsPerPeriod: EPOCHS_PER_SYNC_COMMITTEE_PERIOD,
      committeeSize: SYNC_COMMITTEE_SIZE,
      forks: known,
    };
  }

  get periodSlots(): number {
    return this.chain.slotsPerEpoch * this.chain.epochsPerPeriod;
  }

  forkName(slot: number): TestFork {
    return this.config.getForkName(slot) as TestFork;
  }

  committee(period: number): TestCommittee {
    let committee = this.#committees.get(period);
    if (!committee) {
      const draw = () => this.#draw();
      const members = this.#committeeOf
        ? this.#committeeOf(period, draw)
        : Array.from({ length: this.chain.committeeSize }, draw);
      committee = new TestCommittee(members);
      this.#committees.set(period, committee);
    }
    return committee;
  }

  signersAt(slot: number): TestCommittee {
    return this.committee(periodAt(this.chain, slot));
  }

  /** One of three times as many validators as positions, made as they are needed; so some hold several. */
  #draw(): Validator {
    const index = this.random.below(this.chain.committeeSize * 3);
    this.#validators[index] ??= validator(BigInt(index + 1) * 0x1234_5678_9abc_def1_2345_6789n + 77n);
    return this.#validators[index];
  }

  /** A block; its state root is anything unless given. */
  block(slot: number, { stateRoot, number, execution }: BlockOptions = {}): Block {
    const fork = this.forkName(slot);
    const parentRoot = this.random.bytes(32);
    const fields = { ...this.#payloadFields(slot), ...(number === undefined ? {} : { blockNumber: number }) };
    const later = { deneb: 0, electra: 1, fulu: 1, gloas: 2 }[fork];
    const executionHeader =
      execution ??
      emptyBlockHeader(
        fields,
        parentRoot,
        Array.from({ length: later }, () => this.random.bytes(32)),
      );
    const { body, header } = this.#body(fork, fields, keccak256(executionHeader));
    const beacon: StandardBeaconHeader = {
      slot,
      proposerIndex: this.random.below(1_000_000),
      parentRoot,
      stateRoot: stateRoot ?? this.random.bytes(32),
      bodyRoot: body,
    };
    return { header: { beacon, ...header }, executionHeader };
  }

  #payloadFields(slot: number): PayloadFields {
    return {
      parentHash: this.random.bytes(32),
      feeRecipient: this.random.bytes(20),
      stateRoot: this.random.bytes(32),
      receiptsRoot: this.random.bytes(32),
      logsBloom: this.random.bytes(256),
      prevRandao: this.random.bytes(32),
      blockNumber: 22_000_000 + slot,
      gasLimit: 45_000_000,
      gasUsed: 30_000_000 + this.random.below(10_000_000),
      timestamp: this.chain.genesisTime + slot * this.chain.secondsPerSlot,
      extraData: this.random.bytes(15),
      baseFeePerGas: BigInt(1_000_000_000 + this.random.below(1_000_000_000)),
      blobGasUsed: 786_432n,
      excessBlobGas: 100_000_000n,
    };
  }

  #body(
    fork: TestFork,
    fields: PayloadFields,
    blockHash: Uint8Array,
    bidHash: Uint8Array = this.random.bytes(32),
  ): { body: Uint8Array; header: Omit<StandardHeader, 'beacon'>; node: StateView['node'] } {
    const type = typesOf(fork).BeaconBlockBody;
    const value = type.defaultValue();
    value.graffiti = this.random.bytes(32);
    if (fork === 'gloas') {
      const bid = (value.signedExecutionPayloadBid as { message: Record<string, unknown> }).message;
      bid.parentBlockHash = blockHash;
      bid.blockHash = bidHash;
      const view = type.toView(value);
      const executionBranch = new Tree(view.node).getSingleProof(BigInt(gloasLayout.executionHash));
      return {
        body: view.hashTreeRoot(),
        node: view.node,
        header: { executionBlockHash: blockHash, executionBranch } as Omit<StandardHeader, 'beacon'>,
      };
    }
    value.executionPayload = { ...fields, blockHash, transactions: [], withdrawals: [] };
    const execution: StandardPayloadHeader = {
      ...fields,
      blockHash,
      transactionsRoot: ssz.bellatrix.Transactions.hashTreeRoot([]),
      withdrawalsRoot: ssz.capella.Withdrawals.hashTreeRoot([]),
    };
    const view = type.toView(value);
    return {
      body: view.hashTreeRoot(),
      node: view.node,
      header: { execution, executionBranch: new Tree(view.node).getSingleProof(25n) },
    };
  }

  /** A Gloas block, and what a builder could say of the execution block that its bid promises. */
  bidBlock(slot: number): { block: Block; ownHeader: Uint8Array; ownBranch: Uint8Array[] } {
    const parentRoot = this.random.bytes(32);
    const executionHeader = emptyBlockHeader(this.#payloadFields(slot), parentRoot);
    const ownHeader = emptyBlockHeader(this.#payloadFields(slot), parentRoot);
    const { body, header, node } = this.#body(
      'gloas',
      this.#payloadFields(slot),
      keccak256(executionHeader),
      keccak256(ownHeader),
    );
    const path = ['signedExecutionPayloadBid', 'message', 'blockHash'];
    const { gindex } = ssz.gloas.BeaconBlockBody.getPathInfo(path);
    const beacon = { slot, proposerIndex: 1, parentRoot, stateRoot: this.random.bytes(32), bodyRoot: body };
    return {
      block: { header: { beacon, ...header }, executionHeader },
      ownHeader,
      ownBranch: new Tree(node).getSingleProof(gindex),
    };
  }

  /** A state of that slot that calls `finalizedRoot` final. */
  state(slot: number, finalizedRoot: Uint8Array): { root: Uint8Array; branch(index: number): Uint8Array[] } {
    const fork = this.forkName(slot);
    const period = periodAt(this.chain, slot);
    const name = `${fork} ${period}`;
    let base = this.#states.get(name);
    if (!base) {
      base = typesOf(fork).BeaconState.defaultViewDU();
      base.currentSyncCommittee = ssz.altair.SyncCommittee.toViewDU(this.committee(period));
      base.nextSyncCommittee = ssz.altair.SyncCommittee.toViewDU(this.committee(period + 1));
      base.commit();
      base.hashTreeRoot();
      this.#states.set(name, base);
    }
    const view = base.clone();
    view.finalizedCheckpoint = ssz.phase0.Checkpoint.toViewDU({ epoch: 1, root: finalizedRoot });
    view.commit();
    const root = view.hashTreeRoot();
    const tree = new Tree(view.node);
    return { root, branch: index => tree.getSingleProof(BigInt(index)) };
  }

  root(header: StandardHeader): Uint8Array {
    return ssz.phase0.BeaconBlockHeader.hashTreeRoot(header.beacon);
  }

  bootstrap(slot: number): {
    bootstrap: StandardBootstrap;
    executionHeader: Uint8Array;
    trustedRoot: Uint8Array;
  } {
    const state = this.state(slot, this.random.bytes(32));
    const { header, executionHeader } = this.block(slot, { stateRoot: state.root });
    const layout = layouts[this.forkName(slot)];
    return {
      bootstrap: {
        header,
        currentSyncCommittee: this.signersAt(slot),
        currentSyncCommitteeBranch: state.branch(layout.currentCommittee),
      },
      executionHeader,
      trustedRoot: this.root(header),
    };
  }

  update(plan: UpdatePlan): SignedUpdate {
    const { attestedSlot, finalizedSlot, next, signatureSlot = attestedSlot + 1 } = plan;
    const finalized = plan.finalized ?? this.block(finalizedSlot);
    const layout = layouts[this.forkName(attestedSlot)];
    const state = this.state(attestedSlot, this.root(finalized.header));
    const attested = this.block(attestedSlot, { stateRoot: state.root });
    const committee = plan.signers ?? this.signersAt(signatureSlot);
    const bits = bitsWithout(this.chain.committeeSize, plan.absent ?? []);
    const forkVersion = plan.forkVersion ?? forkAt(this.chain, domainSlot(signatureSlot))!.version;
    const message = this.signingRoot(attested.header, forkVersion, plan.genesisValidatorsRoot);
    return {
      update: {
        attestedHeader: attested.header,
        finalizedHeader: finalized.header,
        finalityBranch: state.branch(layout.finalizedRoot),
        ...(next
          ? {
              nextSyncCommittee: this.committee(periodAt(this.chain, attestedSlot) + 1),
              nextSyncCommitteeBranch: state.branch(layout.nextCommittee),
            }
          : {}),
        syncAggregate: {
          syncCommitteeBits: { uint8Array: bits },
          syncCommitteeSignature: committee.sign(message, bits),
        },
        signatureSlot,
      },
      executionHeader: finalized.executionHeader,
      attestedExecution: attested.executionHeader,
      forkVersion,
      committee,
    };
  }

  signingRoot(
    header: StandardHeader,
    currentVersion: Uint8Array,
    genesisValidatorsRoot: Uint8Array = this.chain.genesisValidatorsRoot,
  ): Uint8Array {
    const domain = new Uint8Array(32);
    domain.set(DOMAIN_SYNC_COMMITTEE);
    const data = ssz.phase0.ForkData.hashTreeRoot({ currentVersion, genesisValidatorsRoot });
    domain.set(data.subarray(0, 28), 4);
    return ssz.phase0.SigningData.hashTreeRoot({ objectRoot: this.root(header), domain });
  }
}

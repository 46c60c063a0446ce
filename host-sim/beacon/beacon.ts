/**
 * A beacon chain of one's own around an execution chain of one's own, with the standard Beacon API for light clients:
 * boards and provers run the code that they run on mainnet. What can happen to a chain can be commanded.
 */
import { createHash } from 'node:crypto';
import type { BeaconChain } from '../../firmware/beacon/chain.js';
import { epochAt, forkAt, periodAt, timeAt } from '../../firmware/beacon/chain.js';
import { domainSlot } from '../../firmware/beacon/domain.js';
import { encodeUpdate } from '../../firmware/beacon/update.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { headerFromJson } from '../../firmware/proof/headerFromJson.js';
import { convertUpdate } from '../node/beaconApi/convert.js';
import { loadSigner } from '../node/bls/load.js';
import { call } from '../node/chain/call.js';
import { mine, mineUntilFinal } from '../node/chain/time.js';
import { startHttpServer } from '../node/network/httpServer.js';
import { answerApi } from './api.js';
import { bodyOf, layoutAt, rootOf, type SimulatedBlock, stateOf } from './block.js';
import { simulateCommittees } from './committees.js';
import { readBlock } from './execution.js';
import { History } from './history.js';
import { type ForkEpochs, type ForkName, firstSlotOf, forksOf, nameOf } from './schedule.js';
import { Updates } from './updates.js';

export interface BeaconOptions {
  /** The execution chain, as `startChain` gives it. */
  chain: { url: string };
  /** 0, the default, takes a free port. */
  port?: number;
  /** Positions of the sync committee, a power of two from 8 to 512. 512. */
  committeeSize?: number;
  /** 8. */
  slotsPerEpoch?: number;
  /** 512: with the other defaults a period lasts 68 minutes. */
  epochsPerPeriod?: number;
  /** 1, since a simulated execution chain makes a block a second. */
  secondsPerSlot?: number;
  /** First epochs of the forks. Electra from the beginning. */
  forks?: ForkEpochs;
  /** Positions that do not sign. 3, or an eighth of a smaller committee. */
  absent?: number;
  /** Of keys, committees and everything else that is drawn. */
  seed?: string;
  /** Closes the beacon when aborted. */
  signal?: AbortSignal;
}

export interface Checkpoint {
  /** Of a beacon block, 32 bytes: what a board is configured with. */
  root: Uint8Array;
  slot: number;
}

export interface Beacon {
  /** `http://127.0.0.1:port` */
  url: string;
  /** The chain as a board must know it. A fork that is commanded is added to it. */
  chain: BeaconChain;
  /** The newest finalized block. @throws Error while there is none */
  checkpoint(): Promise<Checkpoint>;
  /** Sets how many positions sign from now on. @throws RangeError when the committee has not so many */
  participate(present: number): void;
  /** Nothing more becomes final, or it goes on. */
  stall(stalled: boolean): Promise<void>;
  /** Lets time pass until the finalized block lies in the next period. Blocks are mined. Returns that period. */
  nextPeriod(): Promise<number>;
  /** Lets a fork begin in the next epoch, and time pass until the finalized block is under it. Returns its epoch. */
  fork(name: ForkName): Promise<number>;
  /** Adds a Gloas block whose payload nobody reveals. @throws Error before Gloas */
  withholdPayload(): Promise<void>;
  /**
   * The committee signs a second finalized block of the same height as the newest finalized one: for boards the
   * bytes of an update (firmware/beacon/update.ts). The chain goes on as it was.
   */
  equivocate(): Promise<{ update: Uint8Array; blockHash: Uint8Array; number: number }>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** @throws Error with one line that names the remedy, when the port is taken */
export async function startBeacon(options: BeaconOptions): Promise<Beacon> {
  options.signal?.throwIfAborted();
  const { committeeSize = 512, slotsPerEpoch = 8, epochsPerPeriod = 512, secondsPerSlot = 1 } = options;
  const { port = 0, seed = 'holdfast', signal } = options;
  const { absent = Math.min(3, committeeSize / 8) } = options;
  const rpc = options.chain.url;
  const genesis = await readBlock(rpc, 0);
  if (!genesis) throw new Error(`no beacon to start: ${rpc} has no block 0`);
  const epochs = { ...(options.forks ?? { electra: 0 }) };
  const forks = forksOf(epochs);
  const chain: BeaconChain = {
    genesisValidatorsRoot: createHash('sha256').update(`${seed} validators`).digest(),
    genesisTime: genesis.timestamp,
    secondsPerSlot,
    slotsPerEpoch,
    epochsPerPeriod,
    committeeSize,
    forks,
  };
  const committee = simulateCommittees(await loadSigner(), seed, committeeSize);
  const history = new History({ rpc, chain, committee, seed });
  const updates = new Updates({ chain, committee, seed }, committeeSize - absent);
  await history.update();

  const { close, url } = await startHttpServer({
    answer: (request, response) => void answerApi({ chain, history, updates }, request, response),
    port,
    signal,
    name: 'beacon',
    remedy: 'give another port',
  });

  const finalized = async (): Promise<SimulatedBlock> => {
    await history.update();
    if (!history.finalized) throw new Error('nothing is final yet on the simulated beacon chain: mine more');
    return history.finalized;
  };
  /** The next execution block falls into `slot` or after it, and is final in the end. */
  const passTo = async (slot: number): Promise<void> => {
    await history.update();
    const { timestamp } = history.headExecution;
    const seconds = Math.max(timeAt(chain, slot) - timestamp, 1);
    const next = history.headExecution.number + 1;
    await call(rpc, 'evm_setNextBlockTimestamp', [timestamp + seconds]);
    await mine(rpc, 1);
    // Under Gloas the block after it is the one that proves it.
    await mineUntilFinal(rpc, next + 1);
    await history.update();
  };

  return {
    url,
    chain,
    async checkpoint() {
      const { root, slot } = await finalized();
      return { root, slot };
    },
    participate(present) {
      if (!Number.isInteger(present) || present < 0 || present > committeeSize)
        throw new RangeError(`${present} of ${committeeSize} positions cannot sign`);
      updates.present = present;
    },
    async stall(stalled) {
      await history.update();
      history.stalled = stalled;
    },
    async nextPeriod() {
      await history.update();
      const period = periodAt(chain, history.head.slot) + 1;
      await passTo(firstSlotOf(chain, period));
      return period;
    },
    async fork(name) {
      await history.update();
      const epoch = epochAt(chain, history.head.slot) + 1;
      const last = forks[forks.length - 1];
      if (last.epoch >= epoch) throw new Error(`${nameOf(last)} is still to come`);
      epochs[name] = epoch;
      const added = forksOf(epochs);
      forks.splice(0, forks.length, ...added);
      await passTo(epoch * slotsPerEpoch);
      return epoch;
    },
    async withholdPayload() {
      await history.update();
      history.withhold();
    },
    async equivocate() {
      const block = await finalized();
      const { number } = block.proven;
      const { json, payload, parentHash } = history.execution(number);
      const executionHeader = headerFromJson({ ...json, extraData: '0x65717569766f63617465' });
      if (executionHeader.verdict !== 'accepted') throw new Error(executionHeader.evidence);
      const blockHash = portableCrypto().keccak256(executionHeader.value);
      const layout = layoutAt(chain, block.slot);
      const other = bodyOf(layout, {
        payload: { ...payload, extraData: new TextEncoder().encode('equivocate'), blockHash },
        parentHash: block.header.execution ? parentHash : blockHash,
      });
      const header = {
        ...other.header,
        beacon: { ...block.header.beacon, bodyRoot: other.bodyRoot },
      };
      const false_ = { ...block, header, root: rootOf(header) };
      const state = stateOf(chain, committee, history.head.slot, false_);
      const beacon = { ...history.head.header.beacon, stateRoot: state.root };
      const attestedHeader = { ...history.head.header, beacon };
      const attested = { ...history.head, header: attestedHeader, root: rootOf(attestedHeader) };
      const standard = updates.finality(attested, false_);
      const update = convertUpdate(standard, {
        executionHeader: executionHeader.value,
        forkVersion: forkAt(chain, domainSlot(standard.signatureSlot))!.version,
        signers: committee(periodAt(chain, standard.signatureSlot)).pubkeys,
        chain,
      });
      return { update: encodeUpdate(update), blockHash, number };
    },
    close,
  };
}

/**
 * A beacon chain of one's own around an execution chain of one's own, with the standard Beacon API for light clients:
 * boards and provers run the code that they run on mainnet. What can happen to a chain can be commanded.
 */
import type { BeaconChain, Fork } from '../../firmware/beacon/chain.js';
import { epochAt, periodAt, timeAt } from '../../firmware/beacon/chain.js';
import { call } from '../node/chain/call.js';
import { mine, mineUntilFinal } from '../node/chain/time.js';
import { startHttpServer } from '../node/network/httpServer.js';
import { answerApi } from './api.js';
import type { SimulatedBlock } from './block.js';
import { equivocation, type Simulation } from './equivocation.js';
import type { Ask } from './execution.js';
import type { History } from './history.js';
import { type ForkEpochs, type ForkName, firstSlotOf, forksOf, nameOf } from './schedule.js';
import { type BeaconShape, simulateBeacon } from './simulated.js';

export interface BeaconOptions extends BeaconShape {
  /** The execution chain, as `startChain` gives it. */
  chain: { url: string };
  /** 0, the default, takes a free port. */
  port?: number;
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
  const { port = 0, signal } = options;
  const rpc = options.chain.url;
  const epochs = { ...(options.forks ?? { electra: 0 }) };
  const ask: Ask = (method, parameters) => call(rpc, method, parameters);
  const simulated = await simulateBeacon({ ...options, ask, forks: epochs });
  const { close, url } = await startHttpServer({
    answer: (request, response) => void answerApi(simulated, request, response),
    port,
    signal,
    name: 'beacon',
    remedy: 'give another port',
  });
  return { url, chain: simulated.chain, ...commandsOf({ ...simulated, rpc }, epochs), close };
}

async function finalizedOf(history: History): Promise<SimulatedBlock> {
  await history.update();
  if (!history.finalized) throw new Error('nothing is final yet on the simulated beacon chain: mine more');
  return history.finalized;
}

/** Lets the next execution block fall into `slot` or after it, and become final. */
async function passTo({ chain, history, rpc }: Simulation, slot: number): Promise<void> {
  await history.update();
  const { timestamp } = history.headExecution;
  const seconds = Math.max(timeAt(chain, slot) - timestamp, 1);
  const next = history.headExecution.number + 1;
  await call(rpc, 'evm_setNextBlockTimestamp', [timestamp + seconds]);
  await mine(rpc, 1);
  // Under Gloas the block after it is the one that proves it.
  await mineUntilFinal(rpc, next + 1);
  await history.update();
}

/** @param epochs of the forks so far; a fork that is commanded is added */
function commandsOf(simulation: Simulation, epochs: ForkEpochs): Omit<Beacon, 'url' | 'chain' | 'close'> {
  const { chain, history, updates } = simulation;
  const { committeeSize, forks, slotsPerEpoch } = chain;
  return {
    async checkpoint() {
      const { root, slot } = await finalizedOf(history);
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
      await passTo(simulation, firstSlotOf(chain, period));
      return period;
    },
    async fork(name) {
      await history.update();
      const epoch = epochAt(chain, history.head.slot) + 1;
      const last = forks[forks.length - 1];
      if (last.epoch >= epoch) throw new Error(`${nameOf(last)} is still to come`);
      epochs[name] = epoch;
      (forks as Fork[]).splice(0, forks.length, ...forksOf(epochs));
      await passTo(simulation, epoch * slotsPerEpoch);
      return epoch;
    },
    async withholdPayload() {
      await history.update();
      history.withhold();
    },
    async equivocate() {
      return equivocation(simulation, await finalizedOf(history));
    },
  };
}

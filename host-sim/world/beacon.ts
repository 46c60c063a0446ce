/**
 * The beacon chain of a world, around its chain: a slot for each block, at virtual time. What it signs follows from the
 * seed and the blocks; nobody's question changes it.
 */
import { type BeaconChain, timeAt } from '../../firmware/beacon/chain.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { type ApiAnswer, apiAnswer } from '../beacon/api.js';
import { equivocation } from '../beacon/equivocation.js';
import { prematureFinality } from '../beacon/premature.js';
import { type ForkEpochs, nameOf } from '../beacon/schedule.js';
import { type SimulatedBeacon, simulateBeacon } from '../beacon/simulated.js';
import { unknownForkFinality } from '../beacon/unknownFork.js';
import { BLOCK_SECONDS, SLOTS_PER_EPOCH, type VirtualChain } from './chain.js';

/** Periods are short, so that committees change several times in an hour: 13 minutes. */
export const EPOCHS_PER_PERIOD = 16;
/** Positions of a committee: fewer than mainnet's 512, since each is a key to draw and to sum. */
const COMMITTEE_SIZE = 64;
/** One position less than two thirds. */
const MINORITY = Math.ceil((2 * COMMITTEE_SIZE) / 3) - 1;

/** A fork that is still to come at the genesis. */
export interface ComingFork {
  name: string;
  /** Unix seconds of its first slot. */
  atSeconds: number;
}

export type { ForkEpochs };

/** A simulated beacon chain, and what can happen to its committee. */
export class VirtualBeacon {
  readonly #simulated: SimulatedBeacon;
  readonly #contradictions = new Set<string>();
  readonly #stalledBy = new Set<string>();

  private constructor(simulated: SimulatedBeacon) {
    this.#simulated = simulated;
  }

  /** Begins at the chain's genesis, and follows it block by block. @param forks Electra alone if left out */
  static async start(chain: VirtualChain, seed: number, forks?: ForkEpochs): Promise<VirtualBeacon> {
    const simulated = await simulateBeacon({
      ask: (method, parameters) => chain.call(method, parameters),
      seed: `world ${seed}`,
      secondsPerSlot: BLOCK_SECONDS,
      slotsPerEpoch: SLOTS_PER_EPOCH,
      epochsPerPeriod: EPOCHS_PER_PERIOD,
      committeeSize: COMMITTEE_SIZE,
      ...(forks && { forks }),
    });
    const { history } = simulated;
    // Finality is decided as the block comes: the next question may come after a stall.
    chain.onBlock(() => history.update());
    return new VirtualBeacon(simulated);
  }

  /** The chain as boards must know it. */
  get chain(): BeaconChain {
    return this.#simulated.chain;
  }

  /** The forks behind the first one. */
  get comingForks(): readonly ComingFork[] {
    const { chain } = this;
    return chain.forks.slice(1).map(fork => ({
      name: nameOf(fork),
      atSeconds: timeAt(chain, fork.epoch * chain.slotsPerEpoch),
    }));
  }

  /** The root of the newest finalized block, 32 bytes; undefined while nothing is final. */
  get checkpointRoot(): Uint8Array | undefined {
    return this.#simulated.history.finalized?.root;
  }

  /** The number of the newest execution block that is final by it. */
  get finalNumber(): number {
    return this.#simulated.history.finalized?.proven.number ?? 0;
  }

  /** The Beacon API's answer to a GET. @param path with its query */
  answer(path: string, accept: string): Promise<ApiAnswer> {
    return apiAnswer(this.#simulated, path, accept);
  }

  /** An update that calls the newest block final: signed by a minority that is just too small, or by nobody. */
  premature(isSigned: boolean): Uint8Array {
    return prematureFinality(this.#simulated, isSigned ? MINORITY : 'nobody');
  }

  /** An update by which the committee calls another block final beside the newest final one; undefined before there is one. */
  equivocation(): Uint8Array | undefined {
    const { finalized } = this.#simulated.history;
    if (!finalized) return undefined;
    const { blockHash, number, update } = equivocation(this.#simulated, finalized);
    this.#contradictions.add(`${number} ${toHex(blockHash)}`);
    return update;
  }

  /** True when the committee has called that block final beside another one: nothing tells a board which is the chain's. */
  hasContradicted(number: number, hash: string): boolean {
    return this.#contradictions.has(`${number} ${hash}`);
  }

  /** An update of the newest block, signed under a fork that is in nobody's schedule. */
  unknownFork(): Uint8Array {
    return unknownForkFinality(this.#simulated);
  }

  /** Nothing more becomes final, or it goes on where nobody else wants it to stall. @param by whoever wants it */
  stall(stalled: boolean, by = 'seed'): void {
    if (stalled) this.#stalledBy.add(by);
    else this.#stalledBy.delete(by);
    this.#simulated.history.stalled = this.#stalledBy.size > 0;
  }

  /** A share of the positions signs from now on, 0 to 1; without one all but an eighth. */
  participate(share: number = 7 / 8): void {
    this.#simulated.updates.present = Math.floor(share * COMMITTEE_SIZE);
  }
}

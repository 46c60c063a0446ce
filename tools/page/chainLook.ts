/** The chain's word of a board, its fleet and its channel, block by block. */
import { ZERO_ADDRESS } from '../../contracts/addresses.js';
import type { Contracts, Hex } from '../../contracts/client/index.js';
import type { Board, Channel, PageEvent } from '../../host-sim/page/protocol.js';
import { ChannelFollower, placeOf } from './channelFollower.js';

/** A board as the chain has it. */
export type OnChain = Pick<Board, 'lifecycle' | 'linked' | 'offered' | 'owner' | 'paused' | 'place'>;

export interface Look {
  block: Extract<PageEvent, { kind: 'block' }>;
  /** Undefined where it is as it was. */
  channel: Channel | undefined;
  boards: ReadonlyMap<Hex, OnChain>;
}

export interface Watched {
  fleet: Hex;
  channel: Hex;
  devices: readonly Hex[];
}

export class ChainLook {
  readonly #contracts: Contracts;
  readonly #watched: Watched;
  readonly #follower: ChannelFollower;
  #hash: Hex | undefined;
  #newest = 0;
  /** The block whose time was asked for last: boards of one chain believe the same. */
  #dated: { number: number; time: number } | undefined;

  constructor(contracts: Contracts, watched: Watched) {
    this.#contracts = contracts;
    this.#watched = watched;
    this.#follower = new ChannelFollower(contracts, watched.channel);
  }

  /** The time of a block, Unix seconds. */
  async timeOf(number: number): Promise<number> {
    if (this.#dated?.number !== number) {
      const { timestamp } = await this.#contracts.chain.client.getBlock({ blockNumber: BigInt(number) });
      this.#dated = { number, time: Number(timestamp) };
    }
    return this.#dated.time;
  }

  /** All of it at the newest block; undefined where that was looked at before. */
  async again(): Promise<Look | undefined> {
    const { chain, device, fleet } = this.#contracts;
    const { channel: address, devices, fleet: fleetAddress } = this.#watched;
    const { hash, number, parentHash, timestamp } = await chain.client.getBlock();
    if (hash === this.#hash) return undefined;
    const [{ paused }, channel, ...read] = await Promise.all([
      fleet.read(fleetAddress),
      this.#follower.at({ hash, parentHash, number: Number(number) }),
      ...devices.map(each => device.read(each)),
    ]);
    this.#newest = channel?.newest ?? this.#newest;
    const boards = new Map(
      read.map(facts => [
        facts.address,
        {
          ...{ lifecycle: facts.status, linked: facts.sequence, owner: facts.owner, paused },
          offered:
            facts.pendingOwner === ZERO_ADDRESS
              ? undefined
              : { to: facts.pendingOwner, byClaim: facts.pendingByClaim },
          place: placeOf(address, facts.address, this.#newest),
        },
      ]),
    );
    this.#hash = hash;
    return { block: { kind: 'block', number: Number(number), time: Number(timestamp) }, channel, boards };
  }
}

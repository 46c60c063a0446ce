/** The chain's word of a board, its fleet and its channel, block by block. */
import { ZERO_ADDRESS } from '../../contracts/addresses.js';
import type { Contracts, DeviceFacts, Hex } from '../../contracts/client/index.js';
import type { Board, Channel, PageEvent } from '../../host-sim/page/protocol.js';
import { ChannelFollower, placeOf } from './channelFollower.js';

/** A board as the chain has it. */
export type OnChain = Pick<Board, 'lifecycle' | 'linked' | 'offered' | 'owner' | 'paused' | 'place'>;

/** Boards that are read at a time. */
const READS_AT_ONCE = 16;

export interface Look {
  block: Extract<PageEvent, { kind: 'block' }>;
  /** Undefined where it is as it was. */
  channel: Channel | undefined;
  /** Those that are not as they were, with what is new of them. */
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
  #follower: ChannelFollower;
  #hash: Hex | undefined;
  #newest = 0;
  #paused: boolean | undefined;
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
    const block = await this.#contracts.chain.client.getBlock();
    if (block.hash === this.#hash) return undefined;
    try {
      const look = await this.#look(block);
      this.#hash = block.hash;
      return look;
    } catch (error) {
      // The part that was read of it was not told: all is read anew.
      this.#follower = new ChannelFollower(this.#contracts, this.#watched.channel);
      this.#paused = undefined;
      throw error;
    }
  }

  async #look(block: { hash: Hex; parentHash: Hex; number: bigint; timestamp: bigint }): Promise<Look> {
    const { device, fleet } = this.#contracts;
    const { channel: address, devices } = this.#watched;
    const { hash, parentHash } = block;
    const number = Number(block.number);
    const [{ paused }, { channel, from }] = await Promise.all([
      fleet.read(this.#watched.fleet),
      this.#follower.at({ hash, parentHash, number }),
    ]);
    const concerned = from === 0 ? devices : await this.#concerned(from, number);
    const boards = new Map<Hex, OnChain>();
    if (paused !== this.#paused || channel) {
      this.#newest = channel?.newest ?? this.#newest;
      for (const each of devices) boards.set(each, { paused, place: placeOf(address, each, this.#newest) });
    }
    this.#paused = paused;
    for (let at = 0; at < concerned.length; at += READS_AT_ONCE) {
      const read = concerned.slice(at, at + READS_AT_ONCE).map(each => device.read(each));
      for (const facts of await Promise.all(read))
        boards.set(facts.address, { ...boards.get(facts.address), ...factsOf(facts) });
    }
    return { block: { kind: 'block', number, time: Number(block.timestamp) }, channel, boards };
  }

  /** The boards of which something happened in those blocks. */
  async #concerned(from: number, to: number): Promise<Hex[]> {
    const { client } = this.#contracts.chain;
    const logs = await client.getLogs({ fromBlock: BigInt(from), toBlock: BigInt(to) });
    const told = new Set(logs.map(({ address }) => address.toLowerCase()));
    return this.#watched.devices.filter(each => told.has(each.toLowerCase()));
  }
}

function factsOf({ owner, pendingByClaim, pendingOwner, sequence, status }: DeviceFacts): OnChain {
  const offered = pendingOwner === ZERO_ADDRESS ? undefined : { to: pendingOwner, byClaim: pendingByClaim };
  return { lifecycle: status, linked: sequence, owner, offered };
}

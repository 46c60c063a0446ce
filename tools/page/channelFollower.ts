/** A release channel as a page shows it, kept up with block by block: of a new block only its own events are read. */
import { type Contracts, type Hex, releasesOf } from '../../contracts/client/index.js';
import { fromHex } from '../../firmware/bytes/hex.js';
import { cohort } from '../../firmware/update/offer.js';
import type { Channel } from '../../host-sim/page/protocol.js';
import { crypto } from '../operator/boardChannel.js';

/** Releases that a page is told of; the newest. */
const RELEASES_MAX = 20;

type Facts = Omit<Channel, 'releases'>;

/** The newest block that was read: a chain of which it is no part any more was reorganised. */
interface Seen {
  number: number;
  hash: Hex;
}

export class ChannelFollower {
  readonly #contracts: Pick<Contracts, 'chain' | 'channel'>;
  readonly #channel: Hex;
  #seen: Seen | undefined;
  #releases: ReturnType<typeof releasesOf> = [];

  constructor(contracts: Pick<Contracts, 'chain' | 'channel'>, channel: Hex) {
    this.#contracts = contracts;
    this.#channel = channel;
  }

  /**
   * The channel at that block; undefined where nothing of it changed since the block before.
   * @returns with the first block that was read for it: 0 where nothing was seen before, or a reorganisation undid it
   */
  async at(block: {
    number: number;
    hash: Hex;
    parentHash: Hex;
  }): Promise<{ from: number; channel: Channel | undefined }> {
    const { channel } = this.#contracts;
    const before = (await this.#isOn(block)) ? this.#seen : undefined;
    const from = before ? before.number + 1 : 0;
    const events = await channel.history(this.#channel, { from, to: block.number });
    this.#seen = { number: block.number, hash: block.hash };
    if (before && events.length === 0) return { from, channel: undefined };
    this.#releases = releasesOf(events, before ? this.#releases : []);
    const { floor, halted, newest, paused, rollout } = await channel.read(this.#channel);
    return { from, channel: this.#shown({ floor, halted, newest, paused, rollout }) };
  }

  #shown(facts: Facts): Channel {
    return {
      ...facts,
      releases: this.#releases
        .slice(-RELEASES_MAX)
        .map(({ imageSha256, size, version, withdrawn }) => ({ imageSha256, size, version, withdrawn })),
    };
  }

  /** True when the block's chain goes on from what was seen. */
  async #isOn({ number, parentHash }: { number: number; parentHash: Hex }): Promise<boolean> {
    const seen = this.#seen;
    if (!seen || number <= seen.number) return false;
    if (number === seen.number + 1) return parentHash === seen.hash;
    const { hash } = await this.#contracts.chain.client.getBlock({ blockNumber: BigInt(seen.number) });
    return hash === seen.hash;
  }
}

/** The board's place among a thousand for that version. */
export const placeOf = (channel: Hex, device: Hex, version: number): number =>
  cohort(crypto, fromHex(channel, 20)!, fromHex(device, 20)!, version);

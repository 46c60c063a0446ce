/** A ReleaseChannel as anybody reads it: its state and its releases. */
import { releaseChannelAbi } from '../abi.generated.js';
import { type Hex, lower } from '../addresses.js';
import type { Chain } from './chain.js';
import { nothingAt } from './errors.js';
import type { ChannelFacts, EventFacts, PublishedRelease } from './facts.js';

const PAUSED = 1;
const HALTED = 2;

/** Reading of channels. Every method throws ContractError when the chain does not answer. */
export class ChannelReader {
  protected readonly chain: Chain;

  constructor(chain: Chain) {
    this.chain = chain;
  }

  /** All that the channel holds, at the newest block. Throws ContractError `NothingThere` when no channel is there. */
  async read(channel: Hex): Promise<ChannelFacts> {
    const exists = (await this.chain.codeAt(channel)) !== '0x';
    if (!exists) throw nothingAt('release channel', channel, this.chain.chainId);
    const get = <N extends PlainGetter>(name: N) =>
      this.chain.read(channel, releaseChannelAbi, name, [] as never);
    const [
      newest,
      floor,
      rollout,
      flags,
      threshold,
      haltThreshold,
      nonce,
      hardware,
      manufactureRoot,
      releaseKeys,
    ] = await Promise.all([
      get('newest'),
      get('floor'),
      get('rollout'),
      get('flags'),
      get('threshold'),
      get('haltThreshold'),
      get('nonce'),
      get('hardware'),
      get('manufactureRoot'),
      get('releaseKeys'),
    ]);
    return {
      address: channel,
      exists,
      newest,
      floor,
      rollout,
      paused: (flags & PAUSED) !== 0,
      halted: (flags & HALTED) !== 0,
      threshold,
      haltThreshold,
      nonce,
      hardware,
      manufactureRoot,
      releaseKeys: releaseKeys.map(lower),
    };
  }

  /** The hardware id that the channel is for. Throws ContractError when no channel is there. */
  hardware(channel: Hex): Promise<Hex> {
    return this.chain.read(channel, releaseChannelAbi, 'hardware', []);
  }

  /** The record of a version as boards prove it: zero when never published, one when withdrawn. */
  record(channel: Hex, version: number): Promise<Hex> {
    return this.chain.read(channel, releaseChannelAbi, 'records', [version]);
  }

  /** Everything that was published, oldest first: the offers to boards are made of it. */
  async releases(channel: Hex): Promise<PublishedRelease[]> {
    return releasesOf(await this.chain.events(channel, ['Published', 'Withdrawn']));
  }

  /** Every event of the channel, oldest first; of those blocks alone, both included, where some are given. */
  history(channel: Hex, blocks?: { from: number; to: number }): Promise<EventFacts[]> {
    return this.chain.events(channel, undefined, blocks);
  }
}

/** The releases that these events of one channel published, oldest first, after those that were known before. */
export function releasesOf(
  events: readonly EventFacts[],
  before: readonly PublishedRelease[] = [],
): PublishedRelease[] {
  const found = new Map(before.map(release => [release.version, release]));
  for (const { blockNumber, name, values } of events) {
    const release = values as Omit<PublishedRelease, 'withdrawn' | 'blockNumber'>;
    const known = found.get(release.version);
    if (name === 'Published') found.set(release.version, { ...release, withdrawn: false, blockNumber });
    else if (name === 'Withdrawn' && known) found.set(release.version, { ...known, withdrawn: true });
  }
  return [...found.values()];
}

type PlainGetter =
  | 'newest'
  | 'floor'
  | 'rollout'
  | 'flags'
  | 'threshold'
  | 'haltThreshold'
  | 'nonce'
  | 'hardware'
  | 'manufactureRoot'
  | 'releaseKeys';

/** The client's side of ReleaseChannel. */
import { releaseChannelAbi } from '../abi.generated.js';
import type { Hex } from '../addresses.js';
import { type Authority, authorise } from './authority.js';
import type { Chain } from './chain.js';
import { lower } from './device.js';
import { nothingAt } from './errors.js';
import type { ChannelFacts, PublishedRelease, ReceiptFields, ReleaseFields, Sent } from './facts.js';
import { domainOf, type SignedType, typedData } from './typed-data.js';

const PAUSED = 1;
const HALTED = 2;

export class ChannelClient {
  readonly #chain: Chain;

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  /** All that the channel holds, at the newest block. */
  async read(channel: Hex): Promise<ChannelFacts> {
    const exists = (await this.#chain.codeAt(channel)) !== '0x';
    if (!exists) throw nothingAt('release channel', channel, this.#chain.chainId);
    const get = <N extends PlainGetter>(name: N) =>
      this.#chain.read(channel, releaseChannelAbi, name, [] as never);
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

  /** The record of a version as boards prove it: zero when never published, one when withdrawn. */
  record(channel: Hex, version: number): Promise<Hex> {
    return this.#chain.read(channel, releaseChannelAbi, 'records', [version]);
  }

  /** Everything that was published, oldest first: what an offer to a board is made of. */
  async releases(channel: Hex): Promise<PublishedRelease[]> {
    const found = new Map<number, PublishedRelease>();
    for (const { name, values, blockNumber } of await this.#chain.events(channel, [
      'Published',
      'Withdrawn',
    ])) {
      const release = values as Omit<PublishedRelease, 'withdrawn' | 'blockNumber'>;
      if (name === 'Published') found.set(release.version, { ...release, withdrawn: false, blockNumber });
      else found.get(release.version)!.withdrawn = true;
    }
    return [...found.values()];
  }

  /** Every event of the channel, oldest first. */
  history(channel: Hex) {
    return this.#chain.events(channel);
  }

  /** k of n release keys. */
  async publish(channel: Hex, fields: ReleaseFields, authority: Authority): Promise<Sent> {
    const { version, imageSha256, size, manifestHash, rollout = 1000 } = fields;
    const floor = fields.floor ?? (await this.#chain.read(channel, releaseChannelAbi, 'floor', []));
    const release = { version, imageSha256, size, manifestHash, floor, rollout };
    const { deadline, signatures } = await this.#signed(channel, authority, 'Publish', release);
    return this.#chain.write(channel, releaseChannelAbi, 'publish', [release, deadline, signatures]);
  }

  /** Guardian: nobody may install this version any longer, for ever. */
  withdraw(channel: Hex, version: number): Promise<Sent> {
    return this.#chain.write(channel, releaseChannelAbi, 'withdraw', [version]);
  }

  /** A release key: more boards, of a thousand, may take the newest version. */
  widen(channel: Hex, version: number, rollout: number): Promise<Sent> {
    return this.#chain.write(channel, releaseChannelAbi, 'widen', [version, rollout]);
  }

  /** Guardian or a release key: fewer boards. */
  narrow(channel: Hex, version: number, rollout: number): Promise<Sent> {
    return this.#chain.write(channel, releaseChannelAbi, 'narrow', [version, rollout]);
  }

  /** Guardian. */
  pause(channel: Hex): Promise<Sent> {
    return this.#chain.write(channel, releaseChannelAbi, 'pause', []);
  }

  /** k of n release keys: ends a pause or a halt. */
  async resume(channel: Hex, authority: Authority): Promise<Sent> {
    const version = await this.#chain.read(channel, releaseChannelAbi, 'newest', []);
    const { deadline, signatures } = await this.#decided(channel, authority, 'ResumeChannel', { version });
    return this.#chain.write(channel, releaseChannelAbi, 'resume', [deadline, signatures]);
  }

  /** k of n release keys: Merkle root over the devices that the vendor made. */
  async setManufacture(channel: Hex, root: Hex, authority: Authority): Promise<Sent> {
    const { deadline, signatures } = await this.#decided(channel, authority, 'SetManufacture', { root });
    return this.#chain.write(channel, releaseChannelAbi, 'setManufacture', [root, deadline, signatures]);
  }

  /** k of n release keys: who may pause and withdraw. */
  async setGuardian(channel: Hex, account: Hex, allowed: boolean, authority: Authority): Promise<Sent> {
    const { deadline, signatures } = await this.#decided(channel, authority, 'SetGuardian', {
      account,
      allowed,
    });
    const args = [account, allowed, deadline, signatures] as const;
    return this.#chain.write(channel, releaseChannelAbi, 'setGuardian', args);
  }

  /** k of n release keys: who releases from now on. */
  async setReleaseKeys(
    channel: Hex,
    threshold: number,
    keys: readonly Hex[],
    authority: Authority,
  ): Promise<Sent> {
    const { deadline, signatures } = await this.#decided(channel, authority, 'SetReleaseKeys', {
      threshold,
      keys,
    });
    return this.#chain.write(channel, releaseChannelAbi, 'setReleaseKeys', [
      threshold,
      keys,
      deadline,
      signatures,
    ]);
  }

  /** Anybody, with a genuine board's receipt that the newest version failed. */
  reportFailure(
    channel: Hex,
    device: Hex,
    receipt: ReceiptFields,
    signature: Hex,
    release: { imageSha256: Hex; size: number; manifestHash: Hex },
    proof: readonly Hex[],
  ): Promise<Sent> {
    const { imageSha256, size, manifestHash } = release;
    const args = [device, receipt, signature, imageSha256, size, manifestHash, proof] as const;
    return this.#chain.write(channel, releaseChannelAbi, 'reportFailure', args);
  }

  async #decided(channel: Hex, authority: Authority, type: SignedType, fields: Record<string, unknown>) {
    const nonce = await this.#chain.read(channel, releaseChannelAbi, 'nonce', []);
    return this.#signed(channel, authority, type, { ...fields, nonce });
  }

  async #signed(channel: Hex, authority: Authority, type: SignedType, fields: Record<string, unknown>) {
    const { deadline, sign } = await authorise(this.#chain, authority);
    const data = typedData(domainOf(this.#chain.chainId, channel), type, { ...fields, deadline });
    return { deadline, signatures: await sign(data) };
  }
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

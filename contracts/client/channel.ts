/** The client's side of ReleaseChannel: the acts of release keys, guardians and boards. */
import { releaseChannelAbi } from '../abi.generated.js';
import type { Hex } from '../addresses.js';
import { type Authority, authorise } from './authority.js';
import { ChannelReader } from './channelReader.js';
import type { ReceiptFields, ReleaseFields, Sent } from './facts.js';
import { ascending } from './keySet.js';
import { domainOf, type SignedType, typedData } from './typedData.js';

/**
 * Reads channels, decides for them, and acts as the connection's account. Every act throws ContractError with the Solidity
 * error's name when the contract refuses, and a TypeError when connected without a key.
 */
export class ChannelClient extends ChannelReader {
  /** k of n release keys: publishes a version, newer than any other. */
  async publish(channel: Hex, fields: ReleaseFields, authority: Authority): Promise<Sent> {
    const { version, imageSha256, size, manifestHash, rollout = 1000 } = fields;
    const floor = fields.floor ?? (await this.chain.read(channel, releaseChannelAbi, 'floor', []));
    const release = { version, imageSha256, size, manifestHash, floor, rollout };
    const { deadline, signatures } = await this.#signed(channel, authority, 'Publish', release);
    return this.chain.write(channel, releaseChannelAbi, 'publish', [release, deadline, signatures]);
  }

  /** Guardian: nobody may install this version any longer, for ever. */
  withdraw(channel: Hex, version: number): Promise<Sent> {
    return this.chain.write(channel, releaseChannelAbi, 'withdraw', [version]);
  }

  /** A release key: more boards, of a thousand, may take the newest version. */
  widen(channel: Hex, version: number, rollout: number): Promise<Sent> {
    return this.chain.write(channel, releaseChannelAbi, 'widen', [version, rollout]);
  }

  /** Guardian or a release key: fewer boards. */
  narrow(channel: Hex, version: number, rollout: number): Promise<Sent> {
    return this.chain.write(channel, releaseChannelAbi, 'narrow', [version, rollout]);
  }

  /** Guardian: boards take no update of this channel until the release keys resume it. */
  pause(channel: Hex): Promise<Sent> {
    return this.chain.write(channel, releaseChannelAbi, 'pause', []);
  }

  /** k of n release keys: ends a pause or a halt. */
  async resume(channel: Hex, authority: Authority): Promise<Sent> {
    const version = await this.chain.read(channel, releaseChannelAbi, 'newest', []);
    const { deadline, signatures } = await this.#decided(channel, authority, 'ResumeChannel', { version });
    return this.chain.write(channel, releaseChannelAbi, 'resume', [deadline, signatures]);
  }

  /** k of n release keys: Merkle root over the devices that the vendor made. */
  async setManufacture(channel: Hex, root: Hex, authority: Authority): Promise<Sent> {
    const { deadline, signatures } = await this.#decided(channel, authority, 'SetManufacture', { root });
    return this.chain.write(channel, releaseChannelAbi, 'setManufacture', [root, deadline, signatures]);
  }

  /** k of n release keys: gives an account the right to pause and withdraw, or takes it. */
  async setGuardian(channel: Hex, account: Hex, allowed: boolean, authority: Authority): Promise<Sent> {
    const { deadline, signatures } = await this.#decided(channel, authority, 'SetGuardian', {
      account,
      allowed,
    });
    const args = [account, allowed, deadline, signatures] as const;
    return this.chain.write(channel, releaseChannelAbi, 'setGuardian', args);
  }

  /** k of n release keys: the release keys, and how many of them a release needs, from now on. */
  async setReleaseKeys(
    channel: Hex,
    threshold: number,
    releaseKeys: readonly Hex[],
    authority: Authority,
  ): Promise<Sent> {
    const keys = ascending(releaseKeys);
    const { deadline, signatures } = await this.#decided(channel, authority, 'SetReleaseKeys', {
      threshold,
      keys,
    });
    return this.chain.write(channel, releaseChannelAbi, 'setReleaseKeys', [
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
    return this.chain.write(channel, releaseChannelAbi, 'reportFailure', args);
  }

  async #decided(channel: Hex, authority: Authority, type: SignedType, fields: Record<string, unknown>) {
    const nonce = await this.chain.read(channel, releaseChannelAbi, 'nonce', []);
    return this.#signed(channel, authority, type, { ...fields, nonce });
  }

  async #signed(channel: Hex, authority: Authority, type: SignedType, fields: Record<string, unknown>) {
    const { deadline, sign } = await authorise(this.chain, authority);
    const data = typedData(domainOf(this.chain.chainId, channel), type, { ...fields, deadline });
    return { deadline, signatures: await sign(data) };
  }
}

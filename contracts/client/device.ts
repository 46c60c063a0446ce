/** The client's side of Device: the acts of its owner, of a successor, and of its keys. */
import { deviceAbi } from '../abi.generated.js';
import type { Hex } from '../addresses.js';
import { type Authority, authorise } from './authority.js';
import { claimData } from './claim.js';
import { DeviceReader } from './deviceReader.js';
import { type ClaimFields, type Sent, STATUSES, type StatusName } from './facts.js';
import { domainOf, type Signer, type TypedData, typedData } from './typedData.js';

/** An image of one version; the contract takes it for the channel that the device follows. */
export interface ApprovedImage {
  version: number;
  /** SHA-256, 32 bytes. */
  imageSha256: Hex;
}

/**
 * Reads devices, and sends as the connection's account. Every act throws ContractError with the Solidity error's name when
 * the contract refuses, and a TypeError when connected without a key.
 */
export class DeviceClient extends DeviceReader {
  /** Owner. `expected` is the status that he believes it has (default: as read now). */
  async setStatus(device: Hex, to: StatusName, expected?: StatusName): Promise<Sent> {
    const from = expected ?? (await this.read(device)).status;
    return this.chain.write(device, deviceAbi, 'setStatus', [STATUSES.indexOf(from), STATUSES.indexOf(to)]);
  }

  /** Owner. Makes newly registered devices active, many at once. @returns the block of the last of them */
  activate(devices: readonly Hex[]): Promise<number> {
    const args = [STATUSES.indexOf('Provisioned'), STATUSES.indexOf('Active')] as const;
    return this.chain.writeEach(devices, deviceAbi, 'setStatus', args);
  }

  /** Owner, with the fleet's threshold. For ever. */
  async retire(device: Hex, authority: Authority): Promise<Sent> {
    const { fleet, epoch } = await this.read(device);
    const { deadline, sign } = await authorise(this.chain, authority);
    const data = typedData(domainOf(this.chain.chainId, fleet), 'Retire', { device, epoch, deadline });
    return this.chain.write(device, deviceAbi, 'retire', [deadline, await sign(data)]);
  }

  /** Owner. Clears both approvals, bumps the epoch. */
  setFleet(device: Hex, fleet: Hex): Promise<Sent> {
    return this.chain.write(device, deviceAbi, 'setFleet', [fleet]);
  }

  /** Owner. Clears the approval. */
  setChannel(device: Hex, channel: Hex): Promise<Sent> {
    return this.chain.write(device, deviceAbi, 'setChannel', [channel]);
  }

  /** Owner: the channel of the app line; the zero address: none. Clears the approval of the app line. */
  setAppChannel(device: Hex, channel: Hex): Promise<Sent> {
    return this.chain.write(device, deviceAbi, 'setAppChannel', [channel]);
  }

  /** Owner: names an account as the successor; the zero address calls off any offer, to a claim key too. */
  transfer(device: Hex, newOwner: Hex): Promise<Sent> {
    return this.chain.write(device, deviceAbi, 'transferOwnership', [newOwner]);
  }

  /** Owner: names a claim key as the successor; whoever has its secret takes over with `acceptClaim` alone. */
  offerClaim(device: Hex, claimKey: Hex): Promise<Sent> {
    return this.chain.write(device, deviceAbi, 'offerClaim', [claimKey]);
  }

  /** The successor, an account: takes over with a fleet and a channel of its own. */
  accept(device: Hex, fleet: Hex, channel: Hex): Promise<Sent> {
    return this.chain.write(device, deviceAbi, 'acceptOwnership', [fleet, channel]);
  }

  /** The statement that claim key and board sign before `acceptClaim`; bound to the device's present epoch. */
  async claimData(device: Hex, claim: ClaimFields): Promise<TypedData> {
    const epoch = await this.chain.read(device, deviceAbi, 'epoch', []);
    return claimData(this.chain.chainId, device, epoch, claim);
  }

  /** Anybody, with both signatures (65 bytes each) over `claimData`: hands the board over to `claim.newOwner`. */
  acceptClaim(device: Hex, claim: ClaimFields, signatures: { claimKey: Hex; board: Hex }): Promise<Sent> {
    const { newOwner, fleet, channel, deadline } = claim;
    const args = [newOwner, fleet, channel, BigInt(deadline), signatures.claimKey, signatures.board] as const;
    return this.chain.write(device, deviceAbi, 'acceptClaim', args);
  }

  /** Owner: allows one image of the channel that the device follows. */
  async approve(device: Hex, image: ApprovedImage): Promise<Sent> {
    const channel = await this.chain.read(device, deviceAbi, 'channel', []);
    return this.chain.write(device, deviceAbi, 'approve', [channel, image.version, image.imageSha256]);
  }

  /** Owner: allows no image. */
  clearApproval(device: Hex): Promise<Sent> {
    return this.chain.write(device, deviceAbi, 'clearApproval', []);
  }

  /** Owner: allows one app of the app line's channel. */
  async approveApp(device: Hex, image: ApprovedImage): Promise<Sent> {
    const channel = await this.chain.read(device, deviceAbi, 'appChannel', []);
    return this.chain.write(device, deviceAbi, 'approveApp', [channel, image.version, image.imageSha256]);
  }

  /** Owner: allows no app. */
  clearAppApproval(device: Hex): Promise<Sent> {
    return this.chain.write(device, deviceAbi, 'clearAppApproval', []);
  }

  /** Owner: voids every command that was not yet executed. */
  bumpEpoch(device: Hex): Promise<Sent> {
    return this.chain.write(device, deviceAbi, 'bumpEpoch', []);
  }

  /** The statement that both of a board's keys sign before `fleet.rotateDeviceKey`. `deadline` in unix seconds. */
  async rotateKeyData(device: Hex, newKey: Hex, deadline: number): Promise<TypedData> {
    const { key, epoch } = await this.read(device);
    return typedData(domainOf(this.chain.chainId, device), 'RotateKey', {
      oldKey: key,
      newKey,
      epoch,
      deadline: BigInt(deadline),
    });
  }

  /** The two signatures, when both keys are at hand (a simulated board). */
  async signRotation(device: Hex, oldKey: Signer, newKey: Signer, deadline: number) {
    const data = await this.rotateKeyData(device, newKey.address, deadline);
    return { oldSignature: await oldKey.signTypedData(data), newSignature: await newKey.signTypedData(data) };
  }
}

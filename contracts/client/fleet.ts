/** The client's side of Fleet: the acts of role holders, which take effect at once. */
import { addresses } from '../../firmware/contract/addresses.generated.js';
import { deviceLayout } from '../../firmware/contract/layout.generated.js';
import { deviceAbi, fleetAbi } from '../abi.generated.js';
import type { Hex } from '../addresses.js';
import { type AppendRequest, batchIn, linkIn } from './appended.js';
import type { AccessList } from './chain.js';
import type { ApprovedImage } from './device.js';
import type { BatchLink, Link, Sent } from './facts.js';
import { FleetDecisions } from './fleetDecisions.js';

/**
 * Reads fleets, decides for them, and acts as the connection's account. Every act throws ContractError with the Solidity
 * error's name when the contract refuses, and a TypeError when connected without a key.
 */
export class FleetClient extends FleetDecisions {
  /** Commander: appends a routine command, and gives the link that came of it. */
  async append(request: AppendRequest): Promise<{ sent: Sent; link: Link }> {
    const { fleet, device, sequence, commandHash, notAfter } = request;
    const args = [device, sequence, commandHash, BigInt(notAfter)] as const;
    const touched = touchedIn(device, ['key', 'head', 'fleet']);
    const sent = await this.chain.write(fleet, fleetAbi, 'append', args, touched);
    return { sent, link: linkIn(sent) };
  }

  /** Commander: one root of routine commands for any number of devices. */
  async batch(fleet: Hex, root: Hex, notAfter: number): Promise<{ sent: Sent; batch: BatchLink }> {
    const sent = await this.chain.write(fleet, fleetAbi, 'batch', [root, BigInt(notAfter)]);
    return { sent, batch: batchIn(sent) };
  }

  /** Commander: anchors a Merkle root of receipts. */
  anchorReceipts(fleet: Hex, root: Hex): Promise<Sent> {
    return this.chain.write(fleet, fleetAbi, 'anchorReceipts', [root]);
  }

  /** Releaser: allows one image of the channel that the device follows. */
  async approve(fleet: Hex, device: Hex, release: ApprovedImage): Promise<Sent> {
    const channel = await this.chain.read(device, deviceAbi, 'channel', []);
    const args = [device, channel, release.version, release.imageSha256] as const;
    return this.chain.write(fleet, fleetAbi, 'approve', args);
  }

  /** Releaser: allows one app of the app line's channel. */
  async approveApp(fleet: Hex, device: Hex, release: ApprovedImage): Promise<Sent> {
    const channel = await this.chain.read(device, deviceAbi, 'appChannel', []);
    const args = [device, channel, release.version, release.imageSha256] as const;
    return this.chain.write(fleet, fleetAbi, 'approveApp', args);
  }

  /** Provisioner: lets a provisioned board begin to obey. */
  activate(fleet: Hex, device: Hex): Promise<Sent> {
    return this.chain.write(fleet, fleetAbi, 'activate', [device]);
  }

  /** Guardian: stops the whole fleet at once. */
  pause(fleet: Hex): Promise<Sent> {
    return this.chain.write(fleet, fleetAbi, 'pause', []);
  }

  /** Guardian: stops one board at once. */
  suspend(fleet: Hex, device: Hex): Promise<Sent> {
    return this.chain.write(fleet, fleetAbi, 'suspend', [device], touchedIn(device, ['key', 'fleet']));
  }

  /** Guardian: the board is in wrong hands. */
  reportStolen(fleet: Hex, device: Hex): Promise<Sent> {
    return this.chain.write(fleet, fleetAbi, 'reportStolen', [device], touchedIn(device, ['key', 'fleet']));
  }

  /** Guardian: the device may install no image. */
  clearApproval(fleet: Hex, device: Hex): Promise<Sent> {
    return this.chain.write(fleet, fleetAbi, 'clearApproval', [device]);
  }

  /** Guardian: the device may install no app. */
  clearAppApproval(fleet: Hex, device: Hex): Promise<Sent> {
    return this.chain.write(fleet, fleetAbi, 'clearAppApproval', [device]);
  }
}

/**
 * The accounts and slots that a call through the fleet to a device reads for certain. Named ahead (EIP-2930), each account and each slot costs
 * 100 gas less. The fleet itself is the transaction's target and needs no naming.
 */
function touchedIn(device: Hex, variables: readonly (keyof typeof deviceLayout)[]): AccessList {
  const storageKeys = variables.map(
    (name): Hex => `0x${deviceLayout[name].slot.toString(16).padStart(64, '0')}`,
  );
  return [
    { address: addresses.fleetImplementation, storageKeys: [] },
    { address: addresses.deviceImplementation, storageKeys: [] },
    { address: device, storageKeys },
  ];
}

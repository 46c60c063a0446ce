/** The decisions of a fleet's threshold: k of n signatures, sent in one transaction by anybody. */
import { deviceAbi, fleetAbi } from '../abi.generated.js';
import type { Hex } from '../addresses.js';
import { type AppendRequest, batchIn, linkIn } from './appended.js';
import { type Authority, authorise } from './authority.js';
import { type BatchLink, type Link, ROLES, type RoleGrant, type Sent } from './facts.js';
import { FleetReader } from './fleetReader.js';
import { ascending } from './keySet.js';
import { domainOf, type SignedType, typedData } from './typedData.js';

/**
 * Decisions about a fleet and its devices. Each takes the signers at hand, or signatures gathered elsewhere, and throws
 * ContractError when they are not enough or signed something else.
 */
export class FleetDecisions extends FleetReader {
  /** Threshold: appends a command that cannot be undone. `operator` in its envelope is the fleet. */
  async appendIrreversible(
    request: AppendRequest,
    authority: Authority,
  ): Promise<{ sent: Sent; link: Link }> {
    const { fleet, device, sequence, commandHash } = request;
    const notAfter = BigInt(request.notAfter);
    const [epoch, fleetEpoch] = await Promise.all([
      this.chain.read(device, deviceAbi, 'epoch', []),
      this.chain.read(fleet, fleetAbi, 'epoch', []),
    ]);
    const { deadline, signatures } = await this.#signed(fleet, authority, 'Irreversible', {
      device,
      epoch,
      fleetEpoch,
      sequence,
      commandHash,
      notAfter,
    });
    const args = [device, epoch, sequence, commandHash, notAfter, deadline, signatures] as const;
    const sent = await this.chain.write(fleet, fleetAbi, 'appendIrreversible', args);
    return { sent, link: linkIn(sent) };
  }

  /** Threshold: one root of commands that cannot be undone. */
  async batchIrreversible(
    fleet: Hex,
    root: Hex,
    notAfter: number,
    authority: Authority,
  ): Promise<{ sent: Sent; batch: BatchLink }> {
    const [batchNonce, fleetEpoch] = await Promise.all([
      this.chain.read(fleet, fleetAbi, 'batchNonce', []),
      this.chain.read(fleet, fleetAbi, 'epoch', []),
    ]);
    const next = batchNonce + 1n;
    const fields = { batchNonce: next, fleetEpoch, root, notAfter: BigInt(notAfter) };
    const { deadline, signatures } = await this.#signed(fleet, authority, 'IrreversibleBatch', fields);
    const args = [next, root, BigInt(notAfter), deadline, signatures] as const;
    const sent = await this.chain.write(fleet, fleetAbi, 'batchIrreversible', args);
    return { sent, batch: batchIn(sent) };
  }

  /** Threshold: voids every command of a device that was not yet executed. */
  async bumpDeviceEpoch(fleet: Hex, device: Hex, authority: Authority): Promise<Sent> {
    const epoch = await this.chain.read(device, deviceAbi, 'epoch', []);
    const { deadline, signatures } = await this.#signed(fleet, authority, 'BumpDeviceEpoch', {
      device,
      epoch,
    });
    return this.chain.write(fleet, fleetAbi, 'bumpDeviceEpoch', [device, epoch, deadline, signatures]);
  }

  /** Threshold and both keys. `deadline` of the authority must be the one that the two keys signed. */
  async rotateDeviceKey(
    fleet: Hex,
    device: Hex,
    newKey: Hex,
    keys: { oldSignature: Hex; newSignature: Hex },
    authority: Authority & { deadline: number },
  ): Promise<Sent> {
    const epoch = await this.chain.read(device, deviceAbi, 'epoch', []);
    const fields = { device, newKey, epoch };
    const { deadline, signatures } = await this.#signed(fleet, authority, 'RotateDeviceKey', fields);
    const { oldSignature, newSignature } = keys;
    const args = [device, newKey, epoch, deadline, oldSignature, newSignature, signatures] as const;
    return this.chain.write(fleet, fleetAbi, 'rotateDeviceKey', args);
  }

  /** Threshold: lets a paused fleet go on. */
  async resume(fleet: Hex, authority: Authority): Promise<Sent> {
    const { deadline, signatures } = await this.#decided(fleet, authority, 'Resume', {});
    return this.chain.write(fleet, fleetAbi, 'resume', [deadline, signatures]);
  }

  /** Threshold: gives a role until `expiry` (unix seconds), or takes it (0); `bumpEpoch` also voids what is under way. */
  async setRole(fleet: Hex, grant: RoleGrant & { bumpEpoch?: boolean }, authority: Authority): Promise<Sent> {
    const role = ROLES.indexOf(grant.role);
    const { account, bumpEpoch = false } = grant;
    const expiry = BigInt(grant.expiry);
    const fields = { role, account, expiry, bumpEpoch };
    const { deadline, signatures } = await this.#decided(fleet, authority, 'SetRole', fields);
    const args = [role, account, expiry, bumpEpoch, deadline, signatures] as const;
    return this.chain.write(fleet, fleetAbi, 'setRole', args);
  }

  /** Threshold: lists a plain key for one action until `expiry` (unix seconds), or takes it off (0). */
  async setDelegate(
    fleet: Hex,
    listing: { delegate: Hex; action: string; expiry: number },
    authority: Authority,
  ): Promise<Sent> {
    const { delegate, action } = listing;
    const expiry = BigInt(listing.expiry);
    const fields = { delegate, action, expiry };
    const { deadline, signatures } = await this.#decided(fleet, authority, 'SetDelegate', fields);
    const args = [delegate, action, expiry, deadline, signatures] as const;
    return this.chain.write(fleet, fleetAbi, 'setDelegate', args);
  }

  /** Threshold: the signers, and how many of them must sign (at least 2), from now on. */
  async setSigners(fleet: Hex, threshold: number, keys: readonly Hex[], authority: Authority): Promise<Sent> {
    const signers = ascending(keys);
    const { deadline, signatures } = await this.#decided(fleet, authority, 'SetSigners', {
      threshold,
      signers,
    });
    return this.chain.write(fleet, fleetAbi, 'setSigners', [threshold, signers, deadline, signatures]);
  }

  /**
   * Threshold: the keys that sign checkpoints from now on. `handover`: the outgoing keys' signatures of the incoming set in
   * ascending order, for boards that slept.
   */
  async setCheckpointKeys(
    fleet: Hex,
    set: { threshold: number; keys: readonly Hex[]; handover?: Hex },
    authority: Authority,
  ): Promise<Sent> {
    const { threshold, handover = '0x' } = set;
    const keys = ascending(set.keys);
    const { deadline, signatures } = await this.#decided(fleet, authority, 'SetCheckpointKeys', {
      threshold,
      keys,
    });
    const args = [threshold, keys, handover, deadline, signatures] as const;
    return this.chain.write(fleet, fleetAbi, 'setCheckpointKeys', args);
  }

  /** Threshold: the fork schedule that boards may adopt. */
  async setForkSchedule(fleet: Hex, data: Hex, authority: Authority): Promise<Sent> {
    const { deadline, signatures } = await this.#decided(fleet, authority, 'SetForkSchedule', { data });
    return this.chain.write(fleet, fleetAbi, 'setForkSchedule', [data, deadline, signatures]);
  }

  /** Threshold: voids what the fleet commanded so far and boards have not yet executed. */
  async bumpEpoch(fleet: Hex, authority: Authority): Promise<Sent> {
    const { deadline, signatures } = await this.#decided(fleet, authority, 'BumpFleetEpoch', {});
    return this.chain.write(fleet, fleetAbi, 'bumpEpoch', [deadline, signatures]);
  }

  /** A decision about the fleet itself: bound to its present nonce. */
  async #decided(fleet: Hex, authority: Authority, type: SignedType, fields: Record<string, unknown>) {
    const nonce = await this.chain.read(fleet, fleetAbi, 'nonce', []);
    return this.#signed(fleet, authority, type, { ...fields, nonce });
  }

  async #signed(fleet: Hex, authority: Authority, type: SignedType, fields: Record<string, unknown>) {
    const { deadline, sign } = await authorise(this.chain, authority);
    const data = typedData(domainOf(this.chain.chainId, fleet), type, { ...fields, deadline });
    return { deadline, signatures: await sign(data) };
  }
}

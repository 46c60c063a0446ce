/** The client's side of Fleet. */
import { addresses } from '../../firmware/contract/addresses.generated.js';
import { deviceLayout } from '../../firmware/contract/layout.generated.js';
import { deviceAbi, fleetAbi } from '../abi.generated.js';
import type { Hex } from '../addresses.js';
import { type Authority, authorise } from './authority.js';
import type { AccessList, Chain } from './chain.js';
import { linkOf, lower } from './device.js';
import { nothingAt } from './errors.js';
import {
  type BatchLink,
  type FleetFacts,
  type Link,
  type ReceiptFields,
  ROLES,
  type RoleName,
  type Sent,
} from './facts.js';
import { domainOf, type SignedType, typedData } from './typed-data.js';

export interface AppendRequest {
  fleet: Hex;
  device: Hex;
  /** EIP-712 digest of the envelope. */
  commandHash: Hex;
  /** Unix seconds. */
  notAfter: number;
  /** The number that the command must get: one more than the device's. */
  sequence: number;
}

export class FleetClient {
  readonly #chain: Chain;

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  /** All that the fleet holds, at the newest block. */
  async read(fleet: Hex): Promise<FleetFacts> {
    const exists = (await this.#chain.codeAt(fleet)) !== '0x';
    if (!exists) throw nothingAt('fleet', fleet, this.#chain.chainId);
    const get = <N extends PlainGetter>(name: N) => this.#chain.read(fleet, fleetAbi, name, [] as never);
    const [paused, epoch, threshold, nonce, batchNonce, batchHead, checkpointKeys, forkSchedule, signers] =
      await Promise.all([
        get('paused'),
        get('epoch'),
        get('threshold'),
        get('nonce'),
        get('batchNonce'),
        get('batchHead'),
        get('checkpointKeys'),
        get('forkSchedule'),
        get('signers'),
      ]);
    return {
      address: fleet,
      exists,
      paused,
      epoch,
      threshold,
      nonce,
      batchNonce,
      batchHead,
      checkpointKeys,
      forkSchedule,
      signers: signers.map(lower),
    };
  }

  /** Until when (unix seconds) `account` has `role`; 0: not at all. */
  async roleExpiry(fleet: Hex, role: RoleName, account: Hex): Promise<number> {
    return Number(await this.#chain.read(fleet, fleetAbi, 'roleExpiry', [ROLES.indexOf(role), account]));
  }

  /** Until when (unix seconds) `delegate` may sign `action`; 0: not at all. */
  async delegateExpiry(fleet: Hex, delegate: Hex, action: string): Promise<number> {
    return Number(await this.#chain.read(fleet, fleetAbi, 'delegateExpiry', [delegate, action]));
  }

  /** Who has, or had, which role: every account that ever got one, with its present expiry. */
  async roles(fleet: Hex): Promise<{ role: RoleName; account: Hex; expiry: number }[]> {
    const latest = new Map<string, { role: RoleName; account: Hex; expiry: number }>();
    for (const { values } of await this.#chain.events(fleet, ['RoleSet'])) {
      const { role, account, expiry } = values as { role: number; account: Hex; expiry: bigint };
      latest.set(`${role}:${account}`, {
        role: ROLES[role]!,
        account: lower(account),
        expiry: Number(expiry),
      });
    }
    return [...latest.values()];
  }

  /** The checkpoint keys that are in force, or undefined when the fleet has none. */
  async checkpointKeys(fleet: Hex): Promise<{ threshold: number; keys: Hex[] } | undefined> {
    const last = (await this.#chain.events(fleet, ['CheckpointKeysSet'])).pop();
    if (!last) return undefined;
    const { threshold, keys } = last.values as { threshold: number; keys: Hex[] };
    return { threshold, keys: keys.map(lower) };
  }

  /** Every batch after `after` (a nonce; default all), in order. */
  async batches(fleet: Hex, after = 0): Promise<BatchLink[]> {
    const events = await this.#chain.events(fleet, ['BatchAppended']);
    return events.map(batchOf).filter(batch => batch.nonce > after);
  }

  /** Every event of the fleet, oldest first. */
  history(fleet: Hex) {
    return this.#chain.events(fleet);
  }

  /** Commander: appends a routine command, and gives the link that came of it. */
  async append(request: AppendRequest): Promise<{ sent: Sent; link: Link }> {
    const { fleet, device, sequence, commandHash, notAfter } = request;
    const args = [device, sequence, commandHash, BigInt(notAfter)] as const;
    const touched = touchedIn(device, ['key', 'head', 'fleet']);
    const sent = await this.#chain.write(fleet, fleetAbi, 'append', args, touched);
    return { sent, link: linkIn(sent) };
  }

  /** Threshold: appends a command that cannot be undone. `operator` in its envelope is the fleet. */
  async appendIrreversible(
    request: AppendRequest,
    authority: Authority,
  ): Promise<{ sent: Sent; link: Link }> {
    const { fleet, device, sequence, commandHash } = request;
    const notAfter = BigInt(request.notAfter);
    const [epoch, fleetEpoch] = await Promise.all([
      this.#chain.read(device, deviceAbi, 'epoch', []),
      this.#chain.read(fleet, fleetAbi, 'epoch', []),
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
    const sent = await this.#chain.write(fleet, fleetAbi, 'appendIrreversible', args);
    return { sent, link: linkIn(sent) };
  }

  /** Commander: one root of routine commands for any number of devices. */
  async batch(fleet: Hex, root: Hex, notAfter: number): Promise<{ sent: Sent; batch: BatchLink }> {
    const sent = await this.#chain.write(fleet, fleetAbi, 'batch', [root, BigInt(notAfter)]);
    return { sent, batch: batchIn(sent) };
  }

  /** Threshold: one root of commands that cannot be undone. */
  async batchIrreversible(
    fleet: Hex,
    root: Hex,
    notAfter: number,
    authority: Authority,
  ): Promise<{ sent: Sent; batch: BatchLink }> {
    const [batchNonce, fleetEpoch] = await Promise.all([
      this.#chain.read(fleet, fleetAbi, 'batchNonce', []),
      this.#chain.read(fleet, fleetAbi, 'epoch', []),
    ]);
    const next = batchNonce + 1n;
    const fields = { batchNonce: next, fleetEpoch, root, notAfter: BigInt(notAfter) };
    const { deadline, signatures } = await this.#signed(fleet, authority, 'IrreversibleBatch', fields);
    const args = [next, root, BigInt(notAfter), deadline, signatures] as const;
    const sent = await this.#chain.write(fleet, fleetAbi, 'batchIrreversible', args);
    return { sent, batch: batchIn(sent) };
  }

  /** Commander: anchors a Merkle root of receipts. */
  anchorReceipts(fleet: Hex, root: Hex): Promise<Sent> {
    return this.#chain.write(fleet, fleetAbi, 'anchorReceipts', [root]);
  }

  /** Checks one receipt against its anchor: when it was anchored, who signed, whether that is the board's present key. */
  async checkReceipt(
    fleet: Hex,
    device: Hex,
    receipt: ReceiptFields,
    signature: Hex,
    root: Hex,
    proof: readonly Hex[],
  ): Promise<{ time: number; signer: Hex; current: boolean }> {
    const args = [device, receipt, signature, root, proof] as const;
    const [time, signer, current] = await this.#chain.read(fleet, fleetAbi, 'checkReceipt', args);
    return { time: Number(time), signer: lower(signer), current };
  }

  /** Releaser: allows one image of the channel that the device follows. */
  async approve(fleet: Hex, device: Hex, release: { version: number; imageSha256: Hex }): Promise<Sent> {
    const channel = await this.#chain.read(device, deviceAbi, 'channel', []);
    const args = [device, channel, release.version, release.imageSha256] as const;
    return this.#chain.write(fleet, fleetAbi, 'approve', args);
  }

  /** Provisioner: lets a provisioned board begin to obey. */
  activate(fleet: Hex, device: Hex): Promise<Sent> {
    return this.#chain.write(fleet, fleetAbi, 'activate', [device]);
  }

  /** Guardian: stops the whole fleet at once. */
  pause(fleet: Hex): Promise<Sent> {
    return this.#chain.write(fleet, fleetAbi, 'pause', []);
  }

  /** Guardian: stops one board at once. */
  suspend(fleet: Hex, device: Hex): Promise<Sent> {
    return this.#chain.write(fleet, fleetAbi, 'suspend', [device], touchedIn(device, ['key', 'fleet']));
  }

  /** Guardian: the board is in wrong hands. */
  reportStolen(fleet: Hex, device: Hex): Promise<Sent> {
    return this.#chain.write(fleet, fleetAbi, 'reportStolen', [device], touchedIn(device, ['key', 'fleet']));
  }

  /** Guardian: the device may install nothing. */
  clearApproval(fleet: Hex, device: Hex): Promise<Sent> {
    return this.#chain.write(fleet, fleetAbi, 'clearApproval', [device]);
  }

  /** Threshold: voids every command of a device that was not yet executed. */
  async bumpDeviceEpoch(fleet: Hex, device: Hex, authority: Authority): Promise<Sent> {
    const epoch = await this.#chain.read(device, deviceAbi, 'epoch', []);
    const { deadline, signatures } = await this.#signed(fleet, authority, 'BumpDeviceEpoch', {
      device,
      epoch,
    });
    return this.#chain.write(fleet, fleetAbi, 'bumpDeviceEpoch', [device, epoch, deadline, signatures]);
  }

  /** Threshold and both keys. `deadline` of the authority must be the one that the two keys signed. */
  async rotateDeviceKey(
    fleet: Hex,
    device: Hex,
    newKey: Hex,
    keys: { oldSignature: Hex; newSignature: Hex },
    authority: Authority & { deadline: number },
  ): Promise<Sent> {
    const epoch = await this.#chain.read(device, deviceAbi, 'epoch', []);
    const fields = { device, newKey, epoch };
    const { deadline, signatures } = await this.#signed(fleet, authority, 'RotateDeviceKey', fields);
    const { oldSignature, newSignature } = keys;
    const args = [device, newKey, epoch, deadline, oldSignature, newSignature, signatures] as const;
    return this.#chain.write(fleet, fleetAbi, 'rotateDeviceKey', args);
  }

  /** Threshold: lets a paused fleet go on. */
  async resume(fleet: Hex, authority: Authority): Promise<Sent> {
    const { deadline, signatures } = await this.#decided(fleet, authority, 'Resume', {});
    return this.#chain.write(fleet, fleetAbi, 'resume', [deadline, signatures]);
  }

  /** Threshold: gives a role until `expiry` (unix seconds), or takes it (0); `bumpEpoch` also voids what is under way. */
  async setRole(
    fleet: Hex,
    grant: { role: RoleName; account: Hex; expiry: number; bumpEpoch?: boolean },
    authority: Authority,
  ): Promise<Sent> {
    const role = ROLES.indexOf(grant.role);
    const { account, bumpEpoch = false } = grant;
    const expiry = BigInt(grant.expiry);
    const fields = { role, account, expiry, bumpEpoch };
    const { deadline, signatures } = await this.#decided(fleet, authority, 'SetRole', fields);
    const args = [role, account, expiry, bumpEpoch, deadline, signatures] as const;
    return this.#chain.write(fleet, fleetAbi, 'setRole', args);
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
    return this.#chain.write(fleet, fleetAbi, 'setDelegate', args);
  }

  /** Threshold: who makes up the threshold from now on. */
  async setSigners(
    fleet: Hex,
    threshold: number,
    signers: readonly Hex[],
    authority: Authority,
  ): Promise<Sent> {
    const { deadline, signatures } = await this.#decided(fleet, authority, 'SetSigners', {
      threshold,
      signers,
    });
    return this.#chain.write(fleet, fleetAbi, 'setSigners', [threshold, signers, deadline, signatures]);
  }

  /** Threshold: who signs checkpoints from now on. `handover`: the outgoing keys' signatures, for boards that slept. */
  async setCheckpointKeys(
    fleet: Hex,
    set: { threshold: number; keys: readonly Hex[]; handover?: Hex },
    authority: Authority,
  ): Promise<Sent> {
    const { threshold, keys, handover = '0x' } = set;
    const { deadline, signatures } = await this.#decided(fleet, authority, 'SetCheckpointKeys', {
      threshold,
      keys,
    });
    const args = [threshold, keys, handover, deadline, signatures] as const;
    return this.#chain.write(fleet, fleetAbi, 'setCheckpointKeys', args);
  }

  /** Threshold: the fork schedule that boards may adopt. */
  async setForkSchedule(fleet: Hex, data: Hex, authority: Authority): Promise<Sent> {
    const { deadline, signatures } = await this.#decided(fleet, authority, 'SetForkSchedule', { data });
    return this.#chain.write(fleet, fleetAbi, 'setForkSchedule', [data, deadline, signatures]);
  }

  /** Threshold: voids what the fleet commanded so far and boards have not yet executed. */
  async bumpEpoch(fleet: Hex, authority: Authority): Promise<Sent> {
    const { deadline, signatures } = await this.#decided(fleet, authority, 'BumpFleetEpoch', {});
    return this.#chain.write(fleet, fleetAbi, 'bumpEpoch', [deadline, signatures]);
  }

  /** A decision about the fleet itself: bound to its present nonce. */
  async #decided(fleet: Hex, authority: Authority, type: SignedType, fields: Record<string, unknown>) {
    const nonce = await this.#chain.read(fleet, fleetAbi, 'nonce', []);
    return this.#signed(fleet, authority, type, { ...fields, nonce });
  }

  async #signed(fleet: Hex, authority: Authority, type: SignedType, fields: Record<string, unknown>) {
    const { deadline, sign } = await authorise(this.#chain, authority);
    const data = typedData(domainOf(this.#chain.chainId, fleet), type, { ...fields, deadline });
    return { deadline, signatures: await sign(data) };
  }
}

type PlainGetter =
  | 'paused'
  | 'epoch'
  | 'threshold'
  | 'nonce'
  | 'batchNonce'
  | 'batchHead'
  | 'checkpointKeys'
  | 'forkSchedule'
  | 'signers';

/**
 * What a call through the fleet to a device reads for certain. Named ahead (EIP-2930), each account and each slot costs
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

function linkIn(sent: Sent): Link {
  const event = sent.events.find(one => one.name === 'Linked');
  if (!event) throw new TypeError('the fleet commanded something that is no device');
  return linkOf({ values: event.values, blockNumber: sent.blockNumber });
}

function batchIn(sent: Sent): BatchLink {
  const event = sent.events.find(one => one.name === 'BatchAppended')!;
  return batchOf({ values: event.values, blockNumber: sent.blockNumber });
}

function batchOf(event: { values: Record<string, unknown>; blockNumber: number }): BatchLink {
  const values = event.values as Omit<BatchLink, 'nonce' | 'notAfter'> & { nonce: bigint; notAfter: bigint };
  return {
    nonce: Number(values.nonce),
    root: values.root,
    batchHead: values.batchHead,
    notAfter: Number(values.notAfter),
    fleetEpoch: values.fleetEpoch,
    operator: lower(values.operator),
    class: values.class,
    blockNumber: event.blockNumber,
  };
}

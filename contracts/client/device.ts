/** The client's side of Device. */
import { deviceAbi } from '../abi.generated.js';
import type { Hex } from '../addresses.js';
import { type Authority, authorise } from './authority.js';
import type { Chain } from './chain.js';
import { type DeviceFacts, type Link, type Sent, STATUSES, type StatusName } from './facts.js';
import { domainOf, type Signer, typedData } from './typed-data.js';

export class DeviceClient {
  readonly #chain: Chain;

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  /** All that the device holds, at the newest block. */
  async read(device: Hex): Promise<DeviceFacts> {
    const code = await this.#chain.codeAt(device);
    if (code === '0x') return absent(device);
    const get = <N extends PlainGetter>(name: N) => this.#chain.read(device, deviceAbi, name, [] as never);
    const [key, status, sequence, epoch, head, owner, fleet, channel, approval, pendingOwner] =
      await Promise.all([
        get('key'),
        get('status'),
        get('sequence'),
        get('epoch'),
        get('head'),
        get('owner'),
        get('fleet'),
        get('channel'),
        get('approval'),
        get('pendingOwner'),
      ]);
    return {
      address: device,
      exists: true,
      key: lower(key),
      status: STATUSES[status]!,
      sequence,
      epoch,
      head,
      owner: lower(owner),
      fleet: lower(fleet),
      channel: lower(channel),
      approval,
      pendingOwner: lower(pendingOwner),
    };
  }

  /** Every command appended after `after` (a sequence; default all), in order: what a board needs to catch up. */
  async links(device: Hex, after = 0): Promise<Link[]> {
    const events = await this.#chain.events(device, ['Linked']);
    return events.map(linkOf).filter(link => link.sequence > after);
  }

  /** Every event of the device, oldest first. */
  history(device: Hex) {
    return this.#chain.events(device);
  }

  /** Owner. `expected` is the status that he believes it has (default: as read now). */
  async setStatus(device: Hex, to: StatusName, expected?: StatusName): Promise<Sent> {
    const from = expected ?? (await this.read(device)).status;
    return this.#chain.write(device, deviceAbi, 'setStatus', [STATUSES.indexOf(from), STATUSES.indexOf(to)]);
  }

  /** Owner, with the fleet's threshold. For ever. */
  async retire(device: Hex, authority: Authority): Promise<Sent> {
    const { fleet, epoch } = await this.read(device);
    const { deadline, sign } = await authorise(this.#chain, authority);
    const data = typedData(domainOf(this.#chain.chainId, fleet), 'Retire', { device, epoch, deadline });
    return this.#chain.write(device, deviceAbi, 'retire', [deadline, await sign(data)]);
  }

  /** Owner. Clears the approval, bumps the epoch. */
  setFleet(device: Hex, fleet: Hex): Promise<Sent> {
    return this.#chain.write(device, deviceAbi, 'setFleet', [fleet]);
  }

  /** Owner. Clears the approval. */
  setChannel(device: Hex, channel: Hex): Promise<Sent> {
    return this.#chain.write(device, deviceAbi, 'setChannel', [channel]);
  }

  /** Owner: names the successor; the zero address calls it off. */
  transfer(device: Hex, newOwner: Hex): Promise<Sent> {
    return this.#chain.write(device, deviceAbi, 'transferOwnership', [newOwner]);
  }

  /** The successor: takes over with a fleet and a channel of his own. */
  accept(device: Hex, fleet: Hex, channel: Hex): Promise<Sent> {
    return this.#chain.write(device, deviceAbi, 'acceptOwnership', [fleet, channel]);
  }

  /** Owner: allows one image of the channel that the device follows. */
  async approve(device: Hex, release: { version: number; imageSha256: Hex }): Promise<Sent> {
    const { channel } = await this.read(device);
    return this.#chain.write(device, deviceAbi, 'approve', [channel, release.version, release.imageSha256]);
  }

  /** Owner: allows no image. */
  clearApproval(device: Hex): Promise<Sent> {
    return this.#chain.write(device, deviceAbi, 'clearApproval', []);
  }

  /** Owner: voids every command that was not yet executed. */
  bumpEpoch(device: Hex): Promise<Sent> {
    return this.#chain.write(device, deviceAbi, 'bumpEpoch', []);
  }

  /** What both of a board's keys sign before `fleet.rotateDeviceKey`. */
  async rotateKeyData(device: Hex, newKey: Hex, deadline: number) {
    const { key, epoch } = await this.read(device);
    return typedData(domainOf(this.#chain.chainId, device), 'RotateKey', {
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

type PlainGetter =
  | 'key'
  | 'status'
  | 'sequence'
  | 'epoch'
  | 'head'
  | 'owner'
  | 'fleet'
  | 'channel'
  | 'approval'
  | 'pendingOwner';

/** A Linked event as a link. */
export function linkOf(event: { values: Record<string, unknown>; blockNumber: number }): Link {
  const values = event.values as Omit<Link, 'notAfter' | 'operator'> & { notAfter: bigint; operator: Hex };
  return {
    sequence: values.sequence,
    commandHash: values.commandHash,
    head: values.head,
    notAfter: Number(values.notAfter),
    epoch: values.epoch,
    fleetEpoch: values.fleetEpoch,
    operator: lower(values.operator),
    class: values.class,
    blockNumber: event.blockNumber,
  };
}

const ZERO_ADDRESS: Hex = `0x${'00'.repeat(20)}`;
const ZERO_WORD: Hex = `0x${'00'.repeat(32)}`;

export const lower = (address: string): Hex => address.toLowerCase() as Hex;

const absent = (address: Hex): DeviceFacts => ({
  address,
  exists: false,
  key: ZERO_ADDRESS,
  status: 'None',
  sequence: 0,
  epoch: 0,
  head: ZERO_WORD,
  owner: ZERO_ADDRESS,
  fleet: ZERO_ADDRESS,
  channel: ZERO_ADDRESS,
  approval: ZERO_WORD,
  pendingOwner: ZERO_ADDRESS,
});

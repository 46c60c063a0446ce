/** A Device as anybody reads it: its state, and its commands from the events. */
import { deviceAbi } from '../abi.generated.js';
import { type Hex, lower, ZERO_ADDRESS, ZERO_WORD } from '../addresses.js';
import type { Chain } from './chain.js';
import { type DeviceFacts, type EventFacts, type Link, STATUSES } from './facts.js';

/** Reading of devices. Every method throws ContractError when the chain does not answer. */
export class DeviceReader {
  protected readonly chain: Chain;

  constructor(chain: Chain) {
    this.chain = chain;
  }

  /** All that the device holds, at the newest block. Where nothing is registered, `exists` is false and all else zero. */
  async read(device: Hex): Promise<DeviceFacts> {
    const code = await this.chain.codeAt(device);
    if (code === '0x') return absent(device);
    const get = <N extends PlainGetter>(name: N) => this.chain.read(device, deviceAbi, name, [] as never);
    const [state, links, apps, successor] = await Promise.all([
      Promise.all([get('key'), get('status'), get('sequence'), get('epoch'), get('head')]),
      Promise.all([get('owner'), get('fleet'), get('channel'), get('approval')]),
      Promise.all([get('appChannel'), get('appApproval')]),
      Promise.all([get('pendingOwner'), get('pendingByClaim')]),
    ]);
    const [key, status, sequence, epoch, head] = state;
    const [owner, fleet, channel, approval] = links;
    const [appChannel, appApproval] = apps;
    const [pendingOwner, pendingByClaim] = successor;
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
      appChannel: lower(appChannel),
      appApproval,
      pendingOwner: lower(pendingOwner),
      pendingByClaim,
    };
  }

  /**
   * The key at the final block: a board signs with it until a rotation is final. Undefined where the device is newer
   * than that block, or the endpoint has no state of it.
   */
  async finalKey(device: Hex): Promise<Hex | undefined> {
    return this.chain.read(device, deviceAbi, 'key', [], 'finalized').then(lower, () => undefined);
  }

  /** Every command appended after `after` (a sequence; default all), in order: all that a board needs to catch up. */
  async links(device: Hex, after = 0): Promise<Link[]> {
    const events = await this.chain.events(device, ['Linked']);
    return events.map(linkOf).filter(link => link.sequence > after);
  }

  /** Every event of the device, oldest first. */
  history(device: Hex): Promise<EventFacts[]> {
    return this.chain.events(device);
  }
}

type PlainGetter = Exclude<keyof DeviceFacts, 'address' | 'exists'>;

/** A Linked event as a link. */
export function linkOf(event: Pick<EventFacts, 'values' | 'blockNumber'>): Link {
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
  appChannel: ZERO_ADDRESS,
  appApproval: ZERO_WORD,
  pendingOwner: ZERO_ADDRESS,
  pendingByClaim: false,
});

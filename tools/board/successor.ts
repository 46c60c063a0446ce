/** The fleet and channel under which a board begins with a new owner, looked at before they are written on chain. */
import type { Contracts, DeviceFacts, Hex } from '../../contracts/client/index.js';
import type { Surroundings } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import { existing, type Settings } from '../settings/settings.js';

export interface Successor {
  fleet: Hex;
  channel: Hex;
}

/**
 * From the flags, else from the project file. Both must be there and made by the factory, and the channel for the
 * hardware of the present one: a board could never be updated from another.
 *
 * @throws Failure `not_found`, `NotGenuine` by the contract later, or `hardware`
 */
export async function successorOf(
  { note }: Pick<Surroundings, 'note'>,
  settings: Settings,
  contracts: Contracts,
  before: DeviceFacts,
): Promise<Successor> {
  const fleet = settings.need('fleet');
  const channel = settings.need('channel');
  await existing(contracts.fleet.read(fleet), `fleet at ${fleet}`);
  const next = await existing(contracts.channel.read(channel), `release channel at ${channel}`);
  const present = await contracts.channel.read(before.channel);
  if (next.hardware !== present.hardware) {
    throw new Failure(
      'hardware',
      `The board follows a channel for hardware ${present.hardware}, and ${channel} is for ${next.hardware}: it could never be updated from there.`,
    );
  }
  if (channel !== before.channel) {
    note(
      `The channel changes from ${before.channel} to ${channel}: the board goes on to take images of the former until a person at it, or the release keys of the former channel, let it change.`,
    );
  }
  return { fleet, channel };
}

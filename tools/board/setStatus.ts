/** A Device's status set by its owner, or restrained by a guardian of its fleet, and shown by the board. */
import type { DeviceFacts, Hex, Sent, StatusName } from '../../contracts/client/index.js';
import type { Surroundings } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import { Settings } from '../settings/settings.js';
import { registeredDevice } from './registered.js';
import { type ChangeOptions, type Shown, showChange, shownLine } from './shownChange.js';

export interface StatusWish {
  to: 'Active' | 'Suspended' | 'Stolen';
  device: Hex | undefined;
  as: 'owner' | 'guardian';
  flags: ChangeOptions['flags'] & {
    keystore?: string;
    rpc: string | undefined;
    project: string | undefined;
    broker?: string;
  };
}

export interface StatusChange {
  ok: true;
  device: Hex;
  from: StatusName;
  status: StatusName;
  as: 'owner' | 'guardian';
  blockNumber: number;
  transactionHash: Hex;
  shown: Shown | undefined;
}

/**
 * Sends the change and waits for the board. A wish that is fulfilled already sends nothing.
 *
 * @throws Failure `device_status` where the present status does not allow it
 */
export async function setStatus(
  input: Surroundings,
  { as, device, flags, to }: StatusWish,
): Promise<StatusChange> {
  const settings = new Settings({ ...flags, device });
  const contracts = await settings.chainAs(input, as, flags.keystore);
  const address = settings.need('device');
  const before = await registeredDevice(contracts, address);
  refuseStatus(before, to);
  const sent = await send();
  input.note(`${address} is ${to.toLowerCase()} on chain since block ${sent.blockNumber}.`);
  const { blockNumber, transactionHash } = sent;
  const shown = await showChange(input, { settings, contracts, device: address, block: blockNumber, flags });
  return {
    ok: true,
    device: address,
    from: before.status,
    status: to,
    as,
    blockNumber,
    transactionHash,
    shown,
  };

  function send(): Promise<Sent> {
    if (as === 'owner') return contracts.device.setStatus(address, to, before.status);
    return to === 'Stolen'
      ? contracts.fleet.reportStolen(before.fleet, address)
      : contracts.fleet.suspend(before.fleet, address);
  }
}

/** One line that says what counts on chain, and one for what the board said to it. */
export const statusLines = ({ blockNumber, device, shown, status }: StatusChange): string[] => [
  `${device} is ${status.toLowerCase()} since block ${blockNumber}.`,
  shownLine(shown),
];

/** @throws Failure `device_status` where the step to `to` is none */
export function refuseStatus({ address, status }: DeviceFacts, to: StatusName): void {
  const words = status.toLowerCase();
  if (status === 'Retired') {
    throw new Failure(
      'device_status',
      `${address} is retired, for ever: nothing changes that, and nothing was sent.`,
    );
  }
  if (status === to) {
    throw new Failure('device_status', `${address} is ${words} already: nothing was sent.`);
  }
  if (to === 'Active' && status === 'Provisioned') {
    throw new Failure(
      'device_status',
      `${address} is provisioned and was never active, so that there is nothing to lift: holdfast provision activates it.`,
    );
  }
  if (to === 'Suspended' && status === 'Stolen') {
    throw new Failure(
      'device_status',
      `${address} is reported stolen, which restrains more than a suspension: lift it first (holdfast device lift).`,
    );
  }
}

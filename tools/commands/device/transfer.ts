import { ZERO_ADDRESS } from '../../../contracts/addresses.js';
import { plainKeyWarning } from '../../board/owner.js';
import { registeredDevice } from '../../board/registered.js';
import { defineCommand, flag, toggle } from '../../cli/command.js';
import { UsageError } from '../../cli/failure.js';
import { address } from '../../cli/kinds.js';
import { chainFlags, deviceOperand, senderFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Offer a board to another account, which then accepts it (owner)',
  details:
    'Nothing changes on the board before the other side accepts (holdfast device accept); until then the offer can be\n' +
    'called off with --cancel. To sell a board without knowing the buyer, use holdfast device claim-code.',
  example: 'holdfast device transfer --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  operands: { ...deviceOperand },
  flags: {
    ...chainFlags,
    ...senderFlags,
    to: flag(address, 'who may accept it'),
    cancel: toggle('call off the present offer, to an account or to a claim code'),
  },
  run: async input => {
    const { flags, operands } = input;
    if ((flags.to === undefined) !== flags.cancel) {
      throw new UsageError('holdfast device transfer needs --to ADDRESS, or --cancel, and not both.');
    }
    const settings = new Settings({ ...flags, device: operands.device });
    const contracts = await settings.chainAs(input, 'owner', flags.keystore);
    const device = settings.need('device');
    const { owner } = await registeredDevice(contracts, device);
    if (flags.to === owner) input.warn(`${owner} owns the board already.`);
    if (flags.to) await plainKeyWarning(input, contracts, flags.to);
    const { blockNumber, transactionHash } = await contracts.device.transfer(
      device,
      flags.to ?? ZERO_ADDRESS,
    );
    return { ok: true, device, owner, pendingOwner: flags.to, blockNumber, transactionHash };
  },
  show: ({ blockNumber, device, owner, pendingOwner }) =>
    pendingOwner
      ? [
          `${device} is offered to ${pendingOwner} since block ${blockNumber}; it is ${owner}'s until that account accepts.`,
          `Next, by the buyer: holdfast device accept ${device} --fleet FLEET --channel CHANNEL`,
        ]
      : [`${device} is offered to nobody any more since block ${blockNumber}.`],
});

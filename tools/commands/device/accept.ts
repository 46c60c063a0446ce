import { plainKeyWarning } from '../../board/owner.js';
import { registeredDevice } from '../../board/registered.js';
import { shownLine } from '../../board/shownChange.js';
import { successorOf } from '../../board/successor.js';
import { takeOver } from '../../board/takeOver.js';
import { defineCommand, flag } from '../../cli/command.js';
import { address, path } from '../../cli/kinds.js';
import { trustOf } from '../../console/trustFile.js';
import { deviceOperand, proofFlags, senderFlags, signerFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Take over a board that was offered to you (pending owner)',
  details:
    'Sets owner, fleet and release channel in one transaction, clears what the former owner had approved, and begins a\n' +
    'new epoch, so that nothing ordered before runs any more. Then waits until the board shows that it knows.',
  example:
    'holdfast device accept 0x5FbDB2315678afecb367f032d93F642f64180aa3 --fleet 0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512 --channel 0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0',
  operands: { ...deviceOperand },
  flags: {
    ...proofFlags,
    ...senderFlags,
    ...signerFlags,
    trust: flag(
      path,
      'its new trust configuration (as for holdfast device set-trust), signed by the new fleet',
    ),
    fleet: flag(address, 'the fleet that it will obey'),
    channel: flag(address, 'the release channel that it will follow'),
  },
  run: async input => {
    const { flags, operands } = input;
    const settings = new Settings({ ...flags, device: operands.device });
    const contracts = await settings.chainAs(input, 'owner', flags.keystore);
    const device = settings.need('device');
    const before = await registeredDevice(contracts, device);
    const successor = await successorOf(input, settings, contracts, before);
    await plainKeyWarning(input, contracts, contracts.key.address);
    const { fleet, channel } = successor;
    const trust = await trustOf(input, settings, contracts, fleet);
    const signers = await trust?.signers();
    const { blockNumber, transactionHash } = await contracts.device.accept(device, fleet, channel);
    const { epoch, owner } = await contracts.device.read(device);
    input.note(`It is yours since block ${blockNumber}, in epoch ${epoch}.`);
    const taken = await takeOver(input, {
      ...{ settings, contracts, device, block: blockNumber, flags },
      trust: trust && signers && { ...trust, signers: async () => signers },
    });
    const ok = taken.set?.order.ok ?? true;
    return { ok, device, owner, fleet, channel, epoch, blockNumber, transactionHash, ...taken };
  },
  show: ({ channel, device, epoch, fleet, owner, shown }) => [
    `${device} belongs to ${owner}; it obeys ${fleet} and follows ${channel}, in epoch ${epoch}.`,
    shownLine(shown),
  ],
});

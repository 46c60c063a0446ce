import { registeredDevice } from '../../board/registered.js';
import { showChange, shownLine } from '../../board/shownChange.js';
import { defineCommand } from '../../cli/command.js';
import { deviceOperand, proofFlags, senderFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Void every order that the board has not yet executed (owner)',
  details:
    'Begins a new epoch: no order of before runs any more, whoever gave it. Orders that are still wanted are given again\n' +
    'with holdfast device relink.',
  example: 'holdfast device bump-epoch',
  operands: { ...deviceOperand },
  flags: { ...proofFlags, ...senderFlags },
  run: async input => {
    const { flags, operands } = input;
    const settings = new Settings({ ...flags, device: operands.device });
    const contracts = await settings.chainAs(input, 'owner', flags.keystore);
    const device = settings.need('device');
    await registeredDevice(contracts, device);
    const { blockNumber, transactionHash } = await contracts.device.bumpEpoch(device);
    const { epoch } = await contracts.device.read(device);
    const shown = await showChange(input, { settings, contracts, device, block: blockNumber, flags });
    return { ok: true, device, epoch, blockNumber, transactionHash, shown };
  },
  show: ({ device, epoch, shown }) => [
    `${device} is in epoch ${epoch}.`,
    shownLine(shown),
    'Orders that are still wanted: holdfast device relink.',
  ],
});

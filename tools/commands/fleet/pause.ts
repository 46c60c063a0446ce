import { defineCommand } from '../../cli/command.js';
import { fleetFlags, senderFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Pause a fleet at once (guardian)',
  details: 'No board of the fleet runs a command or takes an update until the signers resume it.',
  example: 'holdfast fleet pause --keystore guardian.json',
  operands: {},
  flags: { ...fleetFlags, ...senderFlags },
  run: async input => {
    const settings = new Settings(input.flags);
    const contracts = await settings.chainAs(input, 'guardian', input.flags.keystore);
    const fleet = settings.need('fleet');
    const { blockNumber, transactionHash } = await contracts.fleet.pause(fleet);
    return { ok: true, fleet, blockNumber, transactionHash };
  },
  show: ({ blockNumber, fleet }) => [`Fleet ${fleet} is paused since block ${blockNumber}.`],
});

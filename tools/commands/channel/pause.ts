import { defineCommand } from '../../cli/command.js';
import { channelFlags, senderFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Pause a release channel at once (guardian)',
  details: 'No board that follows it takes an update until the release keys resume it. Orders go on.',
  example: 'holdfast channel pause --keystore guardian.json',
  operands: {},
  flags: { ...channelFlags, ...senderFlags },
  run: async input => {
    const settings = new Settings(input.flags);
    const contracts = await settings.chainAs(input, 'guardian', input.flags.keystore);
    const channel = settings.need('channel');
    const { blockNumber, transactionHash } = await contracts.channel.pause(channel);
    return { ok: true, channel, blockNumber, transactionHash };
  },
  show: ({ blockNumber, channel }) => [`Channel ${channel} is paused since block ${blockNumber}.`],
});

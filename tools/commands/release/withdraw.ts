import { defineCommand, requiredFlag } from '../../cli/command.js';
import { count } from '../../cli/kinds.js';
import { publishedRelease } from '../../release/published.js';
import { channelFlags, senderFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Withdraw a release at once and for ever (guardian of the channel)',
  details:
    'No board installs that version any more, whoever approved it. Boards that run it go on: publish a newer one, with its\n' +
    'number as --floor where nobody may keep it.',
  example: 'holdfast release withdraw --version 2 --keystore guardian.json',
  operands: {},
  flags: {
    ...channelFlags,
    ...senderFlags,
    version: requiredFlag(count(1, 0xffffffff), 'which version'),
  },
  run: async input => {
    const settings = new Settings(input.flags);
    const contracts = await settings.chainAs(input, 'guardian', input.flags.keystore);
    const channel = settings.need('channel');
    const { imageSha256, version } = await publishedRelease(contracts, channel, input.flags.version);
    const { blockNumber, transactionHash } = await contracts.channel.withdraw(channel, version);
    return { ok: true, channel, version, imageSha256, blockNumber, transactionHash };
  },
  show: ({ blockNumber, channel, imageSha256, version }) => [
    `Version ${version} (${imageSha256}) is withdrawn from ${channel} since block ${blockNumber}.`,
  ],
});

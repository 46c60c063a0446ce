import { seeToFinality } from '../../board/finality.js';
import { defineCommand, flag } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { count, oneOf } from '../../cli/kinds.js';
import { publishedRelease } from '../../release/published.js';
import { deviceFlags, mineFlag, senderFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Approve a published image for a board (owner, or a releaser of its fleet)',
  details: 'A board installs only what both sides want: the vendor’s channel and this approval.',
  example: 'holdfast release approve --version 2',
  operands: {},
  flags: {
    ...deviceFlags,
    ...senderFlags,
    version: flag(count(1, 0xffffffff), 'which version; the newest if left out'),
    as: flag(oneOf('owner', 'releaser'), 'in which capacity', 'owner'),
    ...mineFlag,
  },
  run: async input => {
    const { flags } = input;
    const settings = new Settings(flags);
    const contracts = await settings.chainAs(input, flags.as, flags.keystore);
    const device = settings.need('device');
    const facts = await contracts.device.read(device);
    if (!facts.exists)
      throw new Failure('not_registered', `There is no Device at ${device}: check the address.`);
    const release = await publishedRelease(contracts, facts.channel, flags.version);
    const { imageSha256, version } = release;
    const sent =
      flags.as === 'owner'
        ? await contracts.device.approve(device, { version, imageSha256 })
        : await contracts.fleet.approve(facts.fleet, device, { version, imageSha256 });
    const { chainId } = contracts.chain;
    await seeToFinality(input, {
      rpc: settings.need('rpc'),
      chainId,
      block: sent.blockNumber,
      mine: !flags['no-mine'],
    });
    return { ok: true, device, channel: facts.channel, version, imageSha256, blockNumber: sent.blockNumber };
  },
  show: ({ device, imageSha256, version }) => [
    `Version ${version} (${imageSha256}) is approved for ${device}.`,
    `Next: holdfast release offer --version ${version}`,
  ],
});

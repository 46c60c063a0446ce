import { hardwareLine, knownHardwareName } from '../../app/hardwareName.js';
import { defineCommand } from '../../cli/command.js';
import { channelFlags, imagesFlag } from '../../settings/flags.js';
import { existing, Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Show a release channel and what was published in it',
  example: 'holdfast channel show',
  operands: {},
  flags: { ...channelFlags, ...imagesFlag },
  run: async input => {
    const settings = new Settings(input.flags);
    const contracts = await settings.chain();
    const channel = settings.need('channel');
    const facts = await existing(contracts.channel.read(channel), `release channel at ${channel}`);
    const [releases, genuine] = await Promise.all([
      contracts.channel.releases(channel),
      contracts.factory.made(channel),
    ]);
    if (!genuine) input.warn(`the factory did not make ${channel}: do not let boards follow it.`);
    const hardwareName = await knownHardwareName({
      hardware: facts.hardware,
      home: settings.home,
      images: settings.find('images'),
      releases: async () => releases,
    });
    return { ok: genuine, ...facts, hardwareName, genuine, releases };
  },
  show: ({
    address,
    floor,
    halted,
    hardware,
    hardwareName,
    newest,
    paused,
    releaseKeys,
    releases,
    rollout,
    threshold,
  }) => [
    `Channel ${address}${paused ? ', PAUSED' : ''}${halted ? ', HALTED by boards that failed' : ''}`,
    `Hardware     ${hardwareLine(hardware, hardwareName)}`,
    `Release keys ${threshold} of ${releaseKeys.join(', ')}`,
    `Newest       ${newest === 0 ? 'none' : `version ${newest}, for ${rollout} of 1000 boards`}; floor ${floor}`,
    ...releases.map(
      ({ imageSha256, size, version, withdrawn }) =>
        `Version ${version}${withdrawn ? ' WITHDRAWN' : ''}  ${imageSha256}  ${size} bytes`,
    ),
  ],
});

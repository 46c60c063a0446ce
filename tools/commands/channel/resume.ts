import { seeToFinality } from '../../board/finality.js';
import { defineCommand } from '../../cli/command.js';
import { channelFlags, mineFlag, signerFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Let a paused channel, or a halted roll-out, go on (release keys)',
  details: 'Boards believe it once it is final. The first of the signing keys also sends the transaction.',
  example: 'holdfast channel resume --signer a.json --signer c.json',
  operands: {},
  flags: { ...channelFlags, ...signerFlags, ...mineFlag },
  run: async input => {
    const settings = new Settings(input.flags);
    const keys = await settings.signers(input, 'releaseKeys', input.flags.signer);
    const contracts = await settings.chainWith(keys[0]);
    const channel = settings.need('channel');
    const authority = await settings.authority(keys);
    const { blockNumber, transactionHash } = await contracts.channel.resume(channel, authority);
    const { chainId } = contracts.chain;
    const mine = !input.flags['no-mine'];
    await seeToFinality(input, { rpc: settings.need('rpc'), chainId, block: blockNumber, mine });
    return { ok: true, channel, blockNumber, transactionHash };
  },
  show: ({ blockNumber, channel }) => [`Channel ${channel} goes on since block ${blockNumber}.`],
});

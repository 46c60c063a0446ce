import { seeToFinality } from '../../board/finality.js';
import { defineCommand, operand } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { count } from '../../cli/kinds.js';
import { channelFlags, mineFlag, signerFlags } from '../../settings/flags.js';
import { existing, Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Let more, or fewer, boards take the newest release (a release key)',
  details:
    'Each board has a place from 0 to 999 for each version, by its address; those below the number take it. More counts\n' +
    'for a board once it is final, fewer at once. One of the release keys is enough.',
  example: 'holdfast release rollout 100',
  operands: { boards: operand(count(0, 1000), 'how many of a thousand boards') },
  flags: { ...channelFlags, ...signerFlags, ...mineFlag },
  run: async input => {
    const { flags, operands } = input;
    const settings = new Settings(flags);
    const [key] = await settings.signers(input, 'releaseKeys', flags.signer);
    const contracts = await settings.chainWith(key);
    const channel = settings.need('channel');
    const facts = await existing(contracts.channel.read(channel), `release channel at ${channel}`);
    const { newest: version, rollout: before } = facts;
    if (version === 0)
      throw new Failure('not_published', `The channel ${channel} has no release: publish one first.`);
    const { boards: rollout } = operands;
    const about = { ok: true, channel, version, before, rollout };
    if (rollout === before) return about;
    const change = rollout > before ? 'widen' : 'narrow';
    const { blockNumber, transactionHash } = await contracts.channel[change](channel, version, rollout);
    const { chainId } = contracts.chain;
    const mine = !flags['no-mine'];
    await seeToFinality(input, { rpc: settings.need('rpc'), chainId, block: blockNumber, mine });
    return { ...about, blockNumber, transactionHash };
  },
  show: ({ before, rollout, version }) => [
    before === rollout
      ? `Version ${version} is for ${rollout} of 1000 boards already.`
      : `Version ${version} is for ${rollout} of 1000 boards now, it was for ${before}.`,
  ],
});

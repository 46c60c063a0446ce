import { defineCommand } from '../../cli/command.js';
import { fleetFlags, signerFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Let a paused fleet go on (signers)',
  details: 'The first of the signing keys also sends the transaction.',
  example: 'holdfast fleet resume --signer alice.json --signer bob.json',
  operands: {},
  flags: { ...fleetFlags, ...signerFlags },
  run: async input => {
    const settings = new Settings(input.flags);
    const keys = await settings.signers(input, 'signers', input.flags.signer);
    const contracts = await settings.chainWith(keys[0]);
    const fleet = settings.need('fleet');
    const { blockNumber, transactionHash } = await contracts.fleet.resume(
      fleet,
      await settings.authority(keys),
    );
    return { ok: true, fleet, blockNumber, transactionHash };
  },
  show: ({ blockNumber, fleet }) => [`Fleet ${fleet} goes on since block ${blockNumber}.`],
});

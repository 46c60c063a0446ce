import { defineCommand } from '../../cli/command.js';
import { fleetFlags, signerFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Void everything the fleet commanded and boards have not yet executed (signers)',
  example: 'holdfast fleet bump-epoch --signer alice.json --signer bob.json',
  operands: {},
  flags: { ...fleetFlags, ...signerFlags },
  run: async input => {
    const settings = new Settings(input.flags);
    const keys = await settings.signers(input, 'signers', input.flags.signer);
    const contracts = await settings.chainWith(keys[0]);
    const fleet = settings.need('fleet');
    const { blockNumber, transactionHash } = await contracts.fleet.bumpEpoch(
      fleet,
      await settings.authority(keys),
    );
    const { epoch } = await contracts.fleet.read(fleet);
    return { ok: true, fleet, epoch, blockNumber, transactionHash };
  },
  show: ({ epoch, fleet }) => [`Fleet ${fleet} is in epoch ${epoch}.`],
});

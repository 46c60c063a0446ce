import { defineCommand, flag, operand, toggle } from '../../cli/command.js';
import { address, duration, oneOf } from '../../cli/kinds.js';
import { fleetFlags, signerFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

const YEAR = 365 * 86_400;
const names = {
  commander: 'Commander',
  releaser: 'Releaser',
  guardian: 'Guardian',
  provisioner: 'Provisioner',
} as const;

export default defineCommand({
  summary: 'Give somebody a role in a fleet, or take it (signers)',
  example:
    'holdfast fleet grant commander 0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC --for 90d --signer a.json --signer b.json',
  operands: {
    role: operand(oneOf('commander', 'releaser', 'guardian', 'provisioner'), 'which role'),
    account: operand(address, 'whose'),
  },
  flags: {
    ...fleetFlags,
    ...signerFlags,
    for: flag(duration(10 * YEAR), 'how long from now (default 365d)', YEAR),
    revoke: toggle('take the role instead'),
    'bump-epoch': toggle('also void what was commanded and not yet executed'),
  },
  run: async input => {
    const { flags, operands } = input;
    const settings = new Settings(flags);
    const keys = await settings.signers(input, 'signers', flags.signer);
    const contracts = await settings.chainWith(keys[0]);
    const fleet = settings.need('fleet');
    const expiry = flags.revoke ? 0 : (await contracts.chain.now()) + flags.for;
    const grant = {
      role: names[operands.role],
      account: operands.account,
      expiry,
      bumpEpoch: flags['bump-epoch'],
    };
    const { blockNumber, transactionHash } = await contracts.fleet.setRole(
      fleet,
      grant,
      await settings.authority(keys),
    );
    return { ok: true, fleet, ...grant, blockNumber, transactionHash };
  },
  show: ({ account, expiry, role }) => [
    expiry === 0
      ? `${account} is not a ${role} any longer.`
      : `${account} is ${role} until ${new Date(expiry * 1000).toISOString()}.`,
  ],
});

import { defineCommand } from '../../cli/command.js';
import { fleetFlags } from '../../settings/flags.js';
import { existing, Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Show a fleet: its roles, signers and whether it is paused',
  example: 'holdfast fleet show --fleet 0x5FbDB2315678afecb367f032d93F642f64180aa3',
  operands: {},
  flags: { ...fleetFlags },
  run: async input => {
    const settings = new Settings(input.flags);
    const contracts = await settings.chain();
    const fleet = settings.need('fleet');
    const facts = await existing(contracts.fleet.read(fleet), `fleet at ${fleet}`);
    const [roles, checkpoints, genuine, now] = await Promise.all([
      contracts.fleet.roles(fleet),
      contracts.fleet.checkpointKeys(fleet),
      contracts.factory.made(fleet),
      contracts.chain.now(),
    ]);
    if (!genuine) input.warn(`the factory did not make ${fleet}: do not let boards obey it.`);
    const listed = roles.map(role => ({ ...role, expired: role.expiry <= now }));
    return { ok: genuine, ...facts, genuine, roles: listed, checkpoints };
  },
  show: ({ address, checkpoints, epoch, paused, roles, signers, threshold }) => [
    `Fleet ${address}, epoch ${epoch}${paused ? ', PAUSED' : ''}`,
    `Signers      ${threshold} of ${signers.join(', ')}`,
    ...roles.map(
      ({ account, expired, expiry, role }) =>
        `${role.padEnd(12)} ${account} ${expiry === 0 ? 'revoked' : `${expired ? 'EXPIRED ' : ''}until ${new Date(expiry * 1000).toISOString()}`}`,
    ),
    ...(checkpoints ? [`Checkpoints  ${checkpoints.threshold} of ${checkpoints.keys.join(', ')}`] : []),
  ],
});

import { KEYS_MAX } from '../../../firmware/contract/layout.generated.js';
import { defineCommand, flag, flags as many, requiredFlag } from '../../cli/command.js';
import { UsageError } from '../../cli/failure.js';
import { address, count, duration, hash } from '../../cli/kinds.js';
import { chainFlags, senderFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

const YEAR = 365 * 86_400;

export default defineCommand({
  summary: 'Create a fleet: who may command boards, and who decides together',
  details:
    'The signers are plain keys and decide together what cannot be undone; at least two must. Roles are given until a\n' +
    'day; contracts can hold them too. The same fleet created twice is the same fleet.',
  example:
    'holdfast fleet create --signers 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 --signers 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --threshold 2 --commander 0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
  operands: {},
  flags: {
    ...chainFlags,
    ...senderFlags,
    signers: many(address, 'one of those who decide together'),
    threshold: requiredFlag(count(2, KEYS_MAX), 'how many of them it takes'),
    commander: many(address, 'who may command boards'),
    releaser: many(address, 'who may approve images'),
    guardian: many(address, 'who may pause and suspend at once'),
    provisioner: many(address, 'who may activate new boards'),
    'checkpoint-key': many(address, 'one of the keys that sign checkpoints'),
    'checkpoint-threshold': flag(count(1, KEYS_MAX), 'how many of those it takes'),
    for: flag(duration(10 * YEAR), 'how long the roles last (default 365d)', YEAR),
    salt: flag(hash, 'tells apart fleets that are otherwise equal'),
  },
  run: async input => {
    const { flags } = input;
    if (flags.signers.length < flags.threshold) {
      throw new UsageError(
        `A threshold of ${flags.threshold} needs as many --signers: ${flags.signers.length} were given.`,
      );
    }
    const checkpointKeys = flags['checkpoint-key'];
    const checkpointThreshold = flags['checkpoint-threshold'] ?? 0;
    if (
      checkpointThreshold > checkpointKeys.length ||
      (checkpointKeys.length > 0 && checkpointThreshold === 0)
    ) {
      throw new UsageError(
        '--checkpoint-threshold must be at least 1 and at most the number of --checkpoint-key.',
      );
    }
    const contracts = await new Settings(flags).chainAs(input, 'deployer', flags.keystore);
    const expiry = (await contracts.chain.now()) + flags.for;
    const grants = (['Commander', 'Releaser', 'Guardian', 'Provisioner'] as const).flatMap(role =>
      flags[role.toLowerCase() as Lowercase<typeof role>].map(account => ({ role, account, expiry })),
    );
    const { signers, threshold } = flags;
    const setup = { signers, threshold, checkpointKeys, checkpointThreshold, grants };
    const { fleet, sent } = await contracts.factory.createFleet(setup, flags.salt);
    if (grants.every(({ role }) => role !== 'Commander')) {
      input.warn('nobody is a commander: the signers can give the role with holdfast fleet grant.');
    }
    return { ok: true, fleet, signers, threshold, grants, transactionHash: sent.transactionHash };
  },
  show: ({ fleet, grants, signers, threshold }) => [
    `Fleet ${fleet}: ${threshold} of ${signers.length} signers decide together.`,
    ...grants.map(
      ({ account, expiry, role }) =>
        `${role.padEnd(12)} ${account} until ${new Date(expiry * 1000).toISOString()}`,
    ),
  ],
});

import { defineCommand } from '../cli/command.js';
import { chainFlags, senderFlags } from '../settings/flags.js';
import { Settings } from '../settings/settings.js';

export default defineCommand({
  summary: 'Deploy the contracts',
  details:
    'Every address follows from the contracts’ code alone, so it is the same on every chain and known beforehand.\n' +
    'What is there already is left as it is; a second run sends nothing.',
  example: 'holdfast deploy --rpc http://127.0.0.1:8545 --keystore deployer.json',
  operands: {},
  flags: { ...chainFlags, ...senderFlags },
  run: async input => {
    const { chain, key } = await new Settings(input.flags).chainAs(input, 'deployer', input.flags.keystore);
    const { deploy } = await import('../../contracts/deploy/deploy.js');
    const { changed, contracts } = await deploy(chain);
    return { ok: true, chainId: chain.chainId, deployer: key.address, changed, contracts };
  },
  show: ({ chainId, changed, contracts }) => [
    ...contracts.map(
      ({ address, deployed, name }) =>
        `${name.padEnd(22)} ${address}  ${deployed ? 'deployed' : 'was there'}`,
    ),
    changed ? `Deployed on chain ${chainId}.` : `Nothing to do on chain ${chainId}.`,
  ],
});

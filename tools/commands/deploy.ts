import { defineCommand, flag, toggle } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import { oneOf } from '../cli/kinds.js';
import { chainFlags, senderFlags } from '../settings/flags.js';
import { Settings } from '../settings/settings.js';

/** Test networks by name → chain id. */
const networks = { sepolia: 11_155_111, hoodi: 560_048 } as const;

export default defineCommand({
  summary: 'Deploy the contracts',
  details:
    'Every address follows from the contracts’ code alone, so it is the same on every chain and known beforehand.\n' +
    'What is there already is left as it is; a second run sends nothing. What the rest costs is said before anything is\n' +
    'spent, and where the account cannot pay, nothing is. Afterwards the code must lie at each address, which only this\n' +
    'code can reach. --network refuses an endpoint of another chain than the named one.',
  example: 'holdfast deploy --network sepolia --rpc https://sepolia.example --keystore deployer.json',
  operands: {},
  flags: {
    ...chainFlags,
    ...senderFlags,
    network: flag(oneOf('sepolia', 'hoodi'), 'the test network that --rpc must be of'),
    'dry-run': toggle('say what it costs, and send nothing'),
  },
  run: async input => {
    const { flags, note } = input;
    const { chain, key } = await new Settings(flags).chainAs(input, 'deployer', flags.keystore);
    const { chainId } = chain;
    if (flags.network !== undefined && networks[flags.network] !== chainId) {
      throw new Failure(
        'wrong_chain',
        `The endpoint is of chain ${chainId}, and ${flags.network} is ${networks[flags.network]}: give the right --rpc. Nothing was sent.`,
      );
    }
    const { checkFunds, deploymentCost, ether } = await import('../../contracts/deploy/cost.js');
    const cost = await deploymentCost(chain);
    const { balance, gas, maxFeePerGas, missing, wei } = cost;
    const price = { missing, gas: Number(gas), etherMax: ether(wei), balance: ether(balance) };
    if (missing.length > 0) {
      note(
        `${missing.join(', ')}: ${gas} gas, ${price.etherMax} ether at most (${Number(maxFeePerGas) / 1e9} gwei a gas). ${key.address} has ${price.balance}.`,
      );
    }
    const about = { ok: true, chainId, deployer: key.address, cost: price };
    if (flags['dry-run']) return { ...about, changed: false, contracts: [] };
    checkFunds(cost, key.address);
    const { deploy } = await import('../../contracts/deploy/deploy.js');
    input.progress?.(`deploys ${missing.length} contracts, one transaction after the other`);
    const { changed, contracts } = await deploy(chain);
    return { ...about, changed, contracts };
  },
  show: ({ chainId, changed, contracts, cost }) => [
    ...contracts.map(
      ({ address, deployed, name }) =>
        `${name.padEnd(22)} ${address}  ${deployed ? 'deployed' : 'was there'}`,
    ),
    changed
      ? `Deployed on chain ${chainId}.`
      : cost.missing.length > 0
        ? `Nothing was sent: ${cost.etherMax} ether at most would be spent on chain ${chainId}.`
        : `Nothing to do on chain ${chainId}.`,
  ],
});

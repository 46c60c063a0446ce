/**
 * Deploys through the deterministic deployer: addresses are computed before and checked after, and what is there
 * already is left alone, so a second run changes nothing.
 */
import { DETERMINISTIC_DEPLOYER, type Hex } from '../addresses.js';
import { build } from '../build/build.js';
import type { Artefacts } from '../build/compile.js';
import { deploymentPlan } from '../build/plan.js';
import { type ContractName, EVM_VERSION } from '../build/settings.js';
import type { Chain } from '../client/chain.js';
import { ContractError } from '../client/errors.js';
import { DEPLOYER_COST } from './cost.js';

/** Signed once for all chains by a key that nobody knows (github.com/Arachnid/deterministic-deployment-proxy). */
const DEPLOYER_TRANSACTION: Hex =
  '0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222';
const DEPLOYER_SENDER: Hex = '0x3fab184622dc19b6109349b94811493bf2a45362';
const DEPLOYER_CODE: Hex =
  '0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3';

/** The contracts in the order of their deployment. */
export interface Deployment {
  contracts: { name: ContractName | 'DeterministicDeployer'; address: Hex; deployed: boolean }[];
  /** False: everything was there, and no transaction was sent. */
  changed: boolean;
}

/**
 * Deploys what is missing. `chain` needs a key with ether; `artefacts` default to the present build (CompileError when it
 * fails). Throws ContractError: `NotDeployed`, `ForeignDeployer`, `NoDeployer`, or as any transaction does.
 */
export async function deploy(chain: Chain, artefacts: Artefacts = build().artefacts): Promise<Deployment> {
  const contracts: Deployment['contracts'] = [
    { name: 'DeterministicDeployer', address: DETERMINISTIC_DEPLOYER, deployed: await ensureDeployer(chain) },
  ];
  for (const { name, address, creationCode } of deploymentPlan(artefacts)) {
    const present = (await chain.codeAt(address)) !== '0x';
    if (!present) {
      await chain.sendData(DETERMINISTIC_DEPLOYER, `0x${'00'.repeat(32)}${creationCode.slice(2)}`);
      if ((await chain.codeAt(address)) === '0x') {
        throw new ContractError(
          'NotDeployed',
          `${name} did not come to lie at ${address}: the chain may not know the ${EVM_VERSION} instructions, or the gas ran out.`,
        );
      }
    }
    contracts.push({ name, address, deployed: !present });
  }
  return { contracts, changed: contracts.some(contract => contract.deployed) };
}

async function ensureDeployer(chain: Chain): Promise<boolean> {
  const present = await chain.codeAt(DETERMINISTIC_DEPLOYER);
  if (present === DEPLOYER_CODE) return false;
  if (present !== '0x') {
    throw new ContractError(
      'ForeignDeployer',
      `Something else lies at ${DETERMINISTIC_DEPLOYER} on chain ${chain.chainId}: Holdfast cannot be deployed there.`,
    );
  }
  const balance = await chain.client.getBalance({ address: DEPLOYER_SENDER });
  if (balance < DEPLOYER_COST) await chain.sendValue(DEPLOYER_SENDER, DEPLOYER_COST - balance);
  try {
    const hash = await chain.client.sendRawTransaction({ serializedTransaction: DEPLOYER_TRANSACTION });
    await chain.client.waitForTransactionReceipt({ hash, timeout: 120_000 });
  } catch (cause) {
    throw new ContractError(
      'NoDeployer',
      `Chain ${chain.chainId} refuses the deterministic deployer's transaction (signed without a chain id, EIP-155): deploy it as the chain's documentation says, then try again.`,
      { cause },
    );
  }
  return true;
}

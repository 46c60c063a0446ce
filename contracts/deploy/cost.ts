/** The price of a deployment, before anything is spent. */
import { DETERMINISTIC_DEPLOYER, type Hex } from '../addresses.js';
import { build } from '../build/build.js';
import type { Artefacts } from '../build/compile.js';
import { deploymentPlan, type PlannedContract } from '../build/plan.js';
import type { Chain } from '../client/chain.js';
import { ContractError } from '../client/errors.js';

/** The contracts that are missing on a chain, and the price of deploying them. */
export interface DeploymentCost {
  missing: string[];
  gas: bigint;
  /** Wei for one gas, at most, as fees are now. */
  maxFeePerGas: bigint;
  /** Wei, at most, as fees are now; with what the deterministic deployer takes where that is missing too. */
  wei: bigint;
  /** Wei of the account that pays. */
  balance: bigint;
}

/** Wei: 100,000 gas at 100 gwei, as the transaction of the deterministic deployer says. */
export const DEPLOYER_COST = 10_000_000_000_000_000n;

/**
 * The cost of what is missing. Nothing is sent; `chain` needs a key, whose account would pay.
 *
 * @throws ContractError as any read
 */
export async function deploymentCost(
  chain: Chain,
  artefacts: Artefacts = build().artefacts,
): Promise<DeploymentCost> {
  const plan = deploymentPlan(artefacts);
  const present = await Promise.all(plan.map(async ({ address }) => (await chain.codeAt(address)) !== '0x'));
  const missing = plan.filter((_, i) => !present[i]);
  const deployerIsThere = (await chain.codeAt(DETERMINISTIC_DEPLOYER)) !== '0x';
  const gas = (await Promise.all(missing.map(each => gasOf(chain, each, deployerIsThere)))).reduce(
    (sum, each) => sum + each,
    0n,
  );
  const { balance, maxFeePerGas } = await chain.purse();
  const wei = gas * maxFeePerGas + (deployerIsThere ? 0n : DEPLOYER_COST + 21_000n * maxFeePerGas);
  const names = missing.map(({ name }) => name as string);
  return {
    missing: deployerIsThere ? names : ['DeterministicDeployer', ...names],
    gas,
    maxFeePerGas,
    wei,
    balance,
  };
}

/** @throws ContractError `NoFunds` when the account cannot pay that */
export function checkFunds({ balance, wei }: DeploymentCost, address: Hex): void {
  if (balance >= wei) return;
  throw new ContractError(
    'NoFunds',
    `Deploying takes ${ether(wei)} ether at most, and ${address} has ${ether(balance)}: send it the rest. Nothing was sent.`,
  );
}

/** Ether with six digits behind the point, rounded up. */
export function ether(wei: bigint): string {
  const millionths = (wei + 999_999_999_999n) / 1_000_000_000_000n;
  return `${millionths / 1_000_000n}.${`${millionths % 1_000_000n}`.padStart(6, '0')}`;
}

/** The chain's own word where it can give one: what a byte of code costs differs between forks. */
async function gasOf(
  chain: Chain,
  { creationCode }: PlannedContract,
  deployerIsThere: boolean,
): Promise<bigint> {
  const data: Hex = `0x${'00'.repeat(32)}${creationCode.slice(2)}`;
  const asked = deployerIsThere ? await chain.gasOf(DETERMINISTIC_DEPLOYER, data) : undefined;
  return asked ?? gasAtMost((creationCode.length - 2) / 2);
}

/** Up to Osaka: the transaction, its data, the creation, its words hashed and counted, its code, and a constructor. */
const gasAtMost = (bytes: number): bigint =>
  BigInt(21_000 + 32_000 + 16 * (bytes + 32) + 8 * Math.ceil(bytes / 32) + 200 * bytes + 200_000);

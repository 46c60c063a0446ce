/** `holdfast/contracts`: the typed client, the interfaces and creation codes of the contracts, and their deployment. */
import { build } from '../../../contracts/build/build.js';
import { deploymentPlan, type PlannedContract } from '../../../contracts/build/plan.js';

export { deviceAbi, factoryAbi, fleetAbi, releaseChannelAbi } from '../../../contracts/abi.generated.js';
export * from '../../../contracts/client/index.js';
export { type Deployment, deploy } from '../../../contracts/deploy/deploy.js';
export { addresses } from '../../../firmware/contract/addresses.generated.js';

/** The contracts in the order of their deployment, each with its address on every chain and its creation code. */
export const contracts = (): PlannedContract[] => deploymentPlan(build().artefacts);

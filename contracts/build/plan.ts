/** The deployment as it will be: each contract in order, with the address that it has on every chain. */
import { create2Address, DETERMINISTIC_DEPLOYER, encodeAddresses, type Hex, SALT } from '../addresses.js';
import type { Artefacts } from './compile.js';
import type { ContractName } from './settings.js';

/** A contract ahead of its deployment. */
export interface PlannedContract {
  name: ContractName;
  address: Hex;
  /** Creation code with constructor arguments. */
  creationCode: Hex;
}

/** The four contracts, each after those whose addresses its constructor takes. */
export function deploymentPlan(artefacts: Artefacts): PlannedContract[] {
  const planned = (name: ContractName, ...constructorArguments: Hex[]): PlannedContract => {
    const creationCode: Hex = `${artefacts[name].bytecode}${encodeAddresses(...constructorArguments)}`;
    return { name, address: create2Address(DETERMINISTIC_DEPLOYER, SALT, creationCode), creationCode };
  };
  const fleet = planned('Fleet');
  const channel = planned('ReleaseChannel');
  const device = planned('Device', fleet.address, channel.address);
  const factory = planned('Factory', device.address, fleet.address, channel.address);
  return [fleet, channel, device, factory];
}

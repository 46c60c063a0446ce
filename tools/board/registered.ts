/** The Device that a command is about, as the chain has it. */
import type { Contracts, DeviceFacts, Hex } from '../../contracts/client/index.js';
import { Failure } from '../cli/failure.js';

/** @throws Failure `not_registered` when nothing is registered at the address */
export async function registeredDevice(contracts: Contracts, device: Hex): Promise<DeviceFacts> {
  const facts = await contracts.device.read(device);
  if (facts.exists) return facts;
  throw new Failure(
    'not_registered',
    `There is no Device at ${device} on chain ${contracts.chain.chainId}: check the address and the chain, or provision the board (holdfast provision).`,
  );
}

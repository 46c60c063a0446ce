/** Claims: a board changes hands by the key that lies with it, on its box, and its own key together. Pure. */
import type { Hex } from '../addresses.js';
import type { ClaimFields } from './facts.js';
import { domainOf, type TypedData, typedData } from './typedData.js';

/**
 * The statement that claim key and board sign, in the device's domain. `epoch` is the device's present one, so that a
 * claim is void after any change of owner, fleet or key.
 */
export function claimData(chainId: number, device: Hex, epoch: number, claim: ClaimFields): TypedData {
  const { newOwner, fleet, channel, deadline } = claim;
  const message = { epoch, newOwner, fleet, channel, deadline: BigInt(deadline) };
  return typedData(domainOf(chainId, device), 'Claim', message);
}

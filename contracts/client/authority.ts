/** Signatures of several keys for one decision: made here by signers at hand, or gathered elsewhere before. */
import type { Hex } from '../addresses.js';
import type { Chain } from './chain.js';
import { type Signer, signTogether, type TypedData } from './typedData.js';

/**
 * Either signers whose keys are at hand (`deadline` in unix seconds, default an hour from now), or signatures that
 * were gathered for that deadline, joined in ascending order of their signers.
 */
export type Authority =
  | { signers: readonly Signer[]; deadline?: number }
  | { signatures: Hex; deadline: number };

/** The deadline (unix seconds) to sign, and a way to the signatures over typed data that contain it. */
export async function authorise(
  chain: Chain,
  authority: Authority,
): Promise<{ deadline: bigint; sign(data: TypedData): Promise<Hex> }> {
  if ('signatures' in authority) {
    return { deadline: BigInt(authority.deadline), sign: async () => authority.signatures };
  }
  const deadline = authority.deadline ?? (await chain.now()) + 3600;
  return { deadline: BigInt(deadline), sign: data => signTogether(data, authority.signers) };
}

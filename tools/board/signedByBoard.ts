/** The question whether a board has signed: with its key as the chain has it now or, until a rotation is final, had it before. */
import type { Contracts, Hex } from '../../contracts/client/index.js';

/** @param signer the account that a signature leads to; undefined where it leads to none */
export async function isSignedByBoard(
  { device: devices }: Contracts,
  device: Hex,
  signer: string | undefined,
): Promise<boolean> {
  if (signer === undefined) return false;
  const { key } = await devices.read(device);
  return signer === key || signer === (await devices.finalKey(device));
}

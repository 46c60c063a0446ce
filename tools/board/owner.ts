/** An owner that is a plain key cannot be recovered: whoever has the key has the boards, whoever loses it loses them. */
import type { Contracts, Hex } from '../../contracts/client/index.js';
import type { Surroundings } from '../cli/command.js';

/** Warns when the owner is a plain key. Asks the chain for the code at its address. @throws Error of the chain */
export async function plainKeyWarning(
  { warn }: Surroundings,
  { chain }: Contracts,
  owner: Hex,
): Promise<void> {
  if ((await chain.codeAt(owner)) !== '0x') return;
  warn(
    `the owner ${owner} is a plain key: if it is lost or stolen, nobody can take the board back. Transfer it to a multi-signature wallet.`,
  );
}

/** The typed client that tools and simulator share. Importing this file costs nothing; `connect` loads viem. */
import type { Hex } from '../addresses.js';
import type { ConnectOptions } from './chain.js';
import type { Contracts } from './contracts.js';
import type { RemoteAccount } from './remoteSigner.js';
import type { Signer } from './typedData.js';

export { KEYS_MAX } from '../../firmware/contract/layout.generated.js';
export { deviceAddress, type Hex } from '../addresses.js';
export type { AppendRequest } from './appended.js';
export type { Authority } from './authority.js';
export type { Chain, ConnectOptions } from './chain.js';
export { releasesOf } from './channelReader.js';
export { claimData } from './claim.js';
export type { Contracts } from './contracts.js';
export { ContractError } from './errors.js';
export * from './facts.js';
export { ascending } from './keySet.js';
export * from './merkle.js';
export type { RemoteAccount } from './remoteSigner.js';
export {
  type Domain,
  domainOf,
  joinSignatures,
  SIGNED_TYPES,
  type SignedType,
  type Signer,
  signTogether,
  type TypedData,
  typedData,
} from './typedData.js';

/**
 * Connects to a chain. With a private key the connection writes, without one it only reads. Throws ContractError
 * `Unreachable` when the endpoint does not answer.
 */
export async function connect(options: ConnectOptions): Promise<Contracts> {
  const [{ Contracts }] = await Promise.all([import('./contracts.js'), loadViem()]);
  return Contracts.open(options);
}

/** A signer that holds a private key (32 bytes) in memory. Throws when the bytes are not a key. */
export async function signerFromKey(privateKey: Hex): Promise<Signer> {
  return (await import('./signer.js')).signerFromKey(privateKey);
}

/** A signer whose key lies elsewhere; what it answers is checked. */
export async function signerElsewhere(account: RemoteAccount): Promise<Signer> {
  return (await import('./remoteSigner.js')).remoteSigner(account);
}

/** The EIP-712 digest (32 bytes): links, receipts and anchors carry it. */
export async function digestOf(data: import('./typedData.js').TypedData): Promise<Hex> {
  return (await loadViem()).hashTypedData(data as never);
}

let viem: Promise<typeof import('viem')> | undefined;

/** Loaded once, at the first connection at the latest: each `import` anew takes turns of the event loop, more or fewer. */
function loadViem(): Promise<typeof import('viem')> {
  viem ??= import('viem');
  return viem;
}

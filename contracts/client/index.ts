/** The typed client that tools and simulator share. Importing this file costs nothing; `connect` loads viem. */
import type { Hex } from '../addresses.js';
import type { ConnectOptions } from './chain.js';
import type { Contracts } from './contracts.js';
import type { Signer } from './typed-data.js';

export { deviceAddress, type Hex } from '../addresses.js';
export type { Authority } from './authority.js';
export type { Chain, ConnectOptions } from './chain.js';
export type { Contracts } from './contracts.js';
export { ContractError } from './errors.js';
export * from './facts.js';
export type { AppendRequest } from './fleet.js';
export * from './merkle.js';
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
} from './typed-data.js';

/** Connects to a chain. With a private key the connection writes, without one it only reads. */
export async function connect(options: ConnectOptions): Promise<Contracts> {
  return (await import('./contracts.js')).Contracts.open(options);
}

/** A signer that holds a private key in memory. */
export async function signerFromKey(privateKey: Hex): Promise<Signer> {
  return (await import('./chain.js')).signerFromKey(privateKey);
}

/** The EIP-712 digest: what links, receipts and anchors carry. */
export async function digestOf(data: import('./typed-data.js').TypedData): Promise<Hex> {
  return (await import('viem')).hashTypedData(data as never);
}

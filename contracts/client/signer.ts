/** Signers whose keys lie in memory. Loads viem. */
import { privateKeyToAccount } from 'viem/accounts';
import { type Hex, lower } from '../addresses.js';
import type { Signer, TypedData } from './typedData.js';

/** A signer that holds a private key (32 bytes) in memory. Throws when the bytes are not a key. */
export function signerFromKey(privateKey: Hex): Signer {
  const account = privateKeyToAccount(privateKey);
  return {
    address: lower(account.address),
    signTypedData: (data: TypedData) => account.signTypedData(data as never),
  };
}

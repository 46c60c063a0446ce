/**
 * Signers whose keys lie elsewhere: Clef, Web3Signer, the bridge of a hardware wallet, a node with accounts of its own.
 * They are asked by JSON-RPC, and what they answer is checked. Loads viem.
 */
import { BaseError, createWalletClient, http, recoverTypedDataAddress, type WalletClient } from 'viem';
import { type Hex, lower } from '../addresses.js';
import { ContractError } from './errors.js';
import type { Signer, TypedData } from './typedData.js';

/** An account of a signer. */
export interface RemoteAccount {
  /** JSON-RPC over HTTP, with `eth_signTypedData_v4` and `eth_sendTransaction`. */
  url: string;
  address: Hex;
}

/** Milliseconds in which a person may confirm. */
const CONFIRM_MS_MAX = 300_000;

/** A wallet of viem that leaves every signature to the signer. Nothing is asked twice: it could be sent twice. */
export const remoteWallet = ({ address, url }: RemoteAccount): WalletClient =>
  createWalletClient({ account: address, transport: http(url, { timeout: CONFIRM_MS_MAX, retryCount: 0 }) });

/**
 * A signer of typed data (EIP-712).
 *
 * @throws ContractError `SignerRefused`; `WrongSigner` when the signature is not that account's over that data
 */
export function remoteSigner(account: RemoteAccount): Signer {
  const wallet = remoteWallet(account);
  return {
    address: lower(account.address),
    async signTypedData(data: TypedData): Promise<Hex> {
      const asked = { ...data, account: account.address };
      const signature = canonical(await atSigner(account, () => wallet.signTypedData(asked as never)));
      const by = await recoverTypedDataAddress({ ...data, signature } as never).catch(() => undefined);
      if (by && lower(by) === lower(account.address)) return signature;
      throw new ContractError(
        'WrongSigner',
        `The signer at ${new URL(account.url).host} gave a signature that is not ${account.address}'s over this ${data.primaryType}: use another signer.`,
      );
    },
  };
}

/** With v as 27 or 28, as contracts and boards take it; some signers answer 0 or 1. Of any other length, as it is. */
function canonical(signature: Hex): Hex {
  const v = signature.length === 132 ? Number(`0x${signature.slice(130)}`) : Number.NaN;
  return v === 0 || v === 1 ? `0x${signature.slice(2, 130)}${v === 0 ? '1b' : '1c'}` : signature;
}

/** The result of `work`; what the signer answers in its place is told as `SignerRefused`, with its own words. */
export async function atSigner<T>({ address, url }: RemoteAccount, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof BaseError)) throw cause;
    const words = (cause.details || cause.shortMessage).replaceAll(/\s+/g, ' ').slice(0, 200);
    throw new ContractError(
      'SignerRefused',
      `The signer at ${new URL(url).host} does not sign for ${address}: ${words}`,
      { cause },
    );
  }
}

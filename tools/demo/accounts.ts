/** The people of a simulated world: the ten accounts of the public test mnemonic, worth nothing anywhere else. */
import { pbkdf2Sync } from 'node:crypto';

const MNEMONIC = 'test test test test test test test test test test test junk';

const parts = [
  'owner',
  'operator',
  'guardian',
  'signerA',
  'signerB',
  'releaseKeyA',
  'releaseKeyB',
  'releaseKeyC',
  'vendor',
  'stranger',
] as const;

export type Part = (typeof parts)[number];
export interface Account {
  address: `0x${string}`;
  privateKey: `0x${string}`;
}
export type Cast = Record<Part, Account>;

/** Everybody with address and private key, always the same. */
export async function cast(): Promise<Cast> {
  const { HDKey, hdKeyToAccount } = await import('viem/accounts');
  const { toHex } = await import('viem');
  // The seed of BIP-39, which Node stretches many times faster than the library does.
  const root = HDKey.fromMasterSeed(pbkdf2Sync(MNEMONIC, 'mnemonic', 2048, 64, 'sha512'));
  const accounts = parts.map((part, addressIndex) => {
    const account = hdKeyToAccount(root, { addressIndex });
    return [part, { address: account.address, privateKey: toHex(account.getHdKey().privateKey!) }];
  });
  return Object.fromEntries(accounts) as Cast;
}

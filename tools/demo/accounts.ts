/** Who is who in a simulated world: the ten accounts of the public test mnemonic, worth nothing anywhere else. */

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

export async function cast(): Promise<Cast> {
  const { mnemonicToAccount } = await import('viem/accounts');
  const { toHex } = await import('viem');
  const accounts = parts.map((part, addressIndex) => {
    const account = mnemonicToAccount(MNEMONIC, { addressIndex });
    return [part, { address: account.address, privateKey: toHex(account.getHdKey().privateKey!) }];
  });
  return Object.fromEntries(accounts) as Cast;
}

/** Everything that is signed (EIP-712), as typed data that any wallet shows and signs. Pure; needs no viem. */
import type { Hex } from '../addresses.js';

/** The domain (EIP-712) of all our signatures: one contract on one chain. */
export interface Domain {
  name: 'Holdfast';
  version: '1';
  chainId: number;
  verifyingContract: Hex;
}

/** Typed data as `signTypedData` of viem accounts, wallets and keystores takes it. */
export interface TypedData {
  domain: Domain;
  types: Record<string, { name: string; type: string }[]>;
  primaryType: string;
  message: Record<string, unknown>;
}

/** The domain of a contract. */
export const domainOf = (chainId: number, verifyingContract: Hex): Domain => ({
  name: 'Holdfast',
  version: '1',
  chainId,
  verifyingContract,
});

/** The members of each type in order, as EIP-712 writes them. */
export const SIGNED_TYPES = {
  // by boards
  Possession:
    'address board,address owner,address fleet,address channel,bytes32 trustConfiguration,uint64 deadline',
  // by a board and the key on its box
  Claim: 'uint32 epoch,address newOwner,address fleet,address channel,uint64 deadline',
  RotateKey: 'address oldKey,address newKey,uint32 epoch,uint64 deadline',
  Receipt:
    'uint64 storeBirth,uint64 counter,bytes32 previous,bytes32 envelopeHash,uint8 outcome,string code,bytes32 resultHash,bytes32 imageHash,uint64 blockNumber,bytes32 blockHash',
  Status:
    'bytes32 challenge,address owner,bytes32 trustConfiguration,bytes32 imageHash,uint32 version,uint32 epoch,uint32 sequence,uint64 storeBirth,uint64 receiptCounter,bytes32 receiptHead,bytes sealingKey,uint8 level,uint64 finalized,uint8 lifecycle,uint64 newest,uint64 lowered,bytes state,bytes config,uint64 telemetry,uint64 slots',
  Telemetry: 'uint64 counter,bytes32 imageHash,uint64 began,bool proven,uint32 dropped,bytes reports',
  // by an owner, or by checkpoint keys of its fleet
  SetTrust: 'uint32 epoch,bytes32 trustConfiguration',
  // by checkpoint keys of a fleet, to its boards alone
  Checkpoint: 'uint32 fleetEpoch,uint64 number,bytes32 blockHash,uint64 timestamp,bytes32 challenge',
  // by operators and delegates
  Envelope:
    'uint8 authority,address device,uint64 sequence,uint32 epoch,uint32 fleetEpoch,uint64 notBefore,uint64 notAfter,uint8 class,bytes32 challenge,uint32 follows,uint32 receipts,bytes replyKey,string action,bytes params,address operator,bytes32 salt',
  // by a fleet's threshold
  Resume: 'uint64 nonce,uint64 deadline',
  SetRole: 'uint8 role,address account,uint64 expiry,bool bumpEpoch,uint64 nonce,uint64 deadline',
  SetDelegate: 'address delegate,string action,uint64 expiry,uint64 nonce,uint64 deadline',
  SetSigners: 'uint16 threshold,address[] signers,uint64 nonce,uint64 deadline',
  SetCheckpointKeys: 'uint16 threshold,address[] keys,uint64 nonce,uint64 deadline',
  SetForkSchedule: 'bytes data,uint64 nonce,uint64 deadline',
  BumpFleetEpoch: 'uint64 nonce,uint64 deadline',
  Irreversible:
    'address device,uint32 epoch,uint32 fleetEpoch,uint32 sequence,bytes32 commandHash,uint64 notAfter,uint64 deadline',
  IrreversibleBatch: 'uint64 batchNonce,uint32 fleetEpoch,bytes32 root,uint64 notAfter,uint64 deadline',
  BumpDeviceEpoch: 'address device,uint32 epoch,uint64 deadline',
  RotateDeviceKey: 'address device,address newKey,uint32 epoch,uint64 deadline',
  Retire: 'address device,uint32 epoch,uint64 deadline',
  // by a channel's release keys
  Publish:
    'uint32 version,bytes32 imageSha256,uint32 size,bytes32 manifestHash,uint32 floor,uint16 rollout,uint64 deadline',
  ResumeChannel: 'uint32 version,uint64 nonce,uint64 deadline',
  SetManufacture: 'bytes32 root,uint64 nonce,uint64 deadline',
  SetGuardian: 'address account,bool allowed,uint64 nonce,uint64 deadline',
  SetReleaseKeys: 'uint16 threshold,address[] keys,uint64 nonce,uint64 deadline',
} as const;

export type SignedType = keyof typeof SIGNED_TYPES;

/** Typed data of one of our types. Throws a TypeError when `message` lacks a member of it. */
export function typedData(
  domain: Domain,
  primaryType: SignedType,
  message: Record<string, unknown>,
): TypedData {
  const members = SIGNED_TYPES[primaryType].split(',').map(member => {
    const [type, name] = member.split(' ') as [string, string];
    if (!(name in message)) throw new TypeError(`${primaryType} lacks ${name}`);
    return { name, type };
  });
  return { domain, types: { [primaryType]: members }, primaryType, message };
}

/** Somebody who signs: a viem account fits, a keystore or a wallet can be made to. */
export interface Signer {
  address: Hex;
  signTypedData(data: TypedData): Promise<Hex>;
}

/** Signatures of several, as the contracts want them: one after the other, in ascending order of their signers. */
export async function signTogether(data: TypedData, signers: readonly Signer[]): Promise<Hex> {
  const ascending = [...signers].sort((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1));
  const signatures: Hex[] = [];
  for (const signer of ascending) signatures.push(await signer.signTypedData(data));
  return joinSignatures(signatures);
}

/** Signatures that were gathered one by one; the caller has put them in ascending order of their signers. */
export const joinSignatures = (signatures: readonly Hex[]): Hex =>
  `0x${signatures.map(signature => signature.slice(2)).join('')}`;

/** Signing with blst. */
import * as blst from '@chainsafe/blst';
import { fromHex } from '../../../firmware/bytes/hex.js';
import type { Signer } from './signer.js';

const keyOf = (secret: bigint) =>
  blst.SecretKey.fromBytes(fromHex(`0x${secret.toString(16).padStart(64, '0')}`, 32)!);

const publicKey = (secret: bigint): Uint8Array => keyOf(secret).toPublicKey().toBytes();

export const blstSigner = (): Signer => ({
  publicKeys: (first, count) => Array.from({ length: count }, (_, i) => publicKey(first + BigInt(i))),
  publicKey,
  sign: (secret, message) => keyOf(secret).sign(message).toBytes(),
});

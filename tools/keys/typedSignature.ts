/** Signatures that boards verify themselves: by a key at hand, or by the signer elsewhere that holds it. */
import type { TypedData } from '../../contracts/client/index.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import type { SigningKey } from './signingKeys.js';

const SIGNATURE_BYTES = 65;

/**
 * The signature (65 bytes, v 27 or 28) of a digest (EIP-712, 32 bytes). A signer elsewhere is shown `data`, whose digest
 * it is, so that a person sees what is signed; its answer counts only as that account's signature of that digest.
 *
 * @throws ContractError `SignerRefused`, `WrongSigner`; RangeError when `data` has another digest
 */
export async function typedSignature(
  key: SigningKey,
  data: TypedData,
  digest: Uint8Array,
): Promise<Uint8Array> {
  const crypto = portableCrypto();
  if (key.privateKey) return crypto.sign(digest, fromHex(key.privateKey, 32)!);
  const { signerElsewhere } = await import('../../contracts/client/index.js');
  const answer = await (await signerElsewhere(key.signer)).signTypedData(data);
  const signature = fromHex(answer, SIGNATURE_BYTES)!;
  const by = crypto.recoverAddress(digest, signature);
  if (by && toHex(by) === key.address) return signature;
  throw new RangeError(`${key.source} signed another ${data.primaryType} than is sent`);
}

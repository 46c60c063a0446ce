/** The crypto port in TypeScript alone: runs on any engine, and is what the native faces are tested against. */

import type { Crypto } from '../port/crypto.js';
import { decrypt, encrypt } from './chacha20Poly1305.js';
import { createKeccak256 } from './keccak.js';
import { addressOf, publicKeyOf, recoverAddress, sharedSecret, sign } from './secp256k1.js';
import { createSha256 } from './sha256.js';

export function portableCrypto(): Crypto {
  const keccak256 = createKeccak256();
  return {
    keccak256,
    sha256: createSha256,
    recoverAddress: (digest, signature) => recoverAddress(keccak256, digest, signature),
    sign,
    addressOf: privateKey => addressOf(keccak256, privateKey),
    publicKeyOf,
    sharedSecret,
    encrypt,
    decrypt,
  };
}

/** The crypto port in TypeScript alone. It runs on any engine, and the native implementations are tested against it. */

import { equal } from '../bytes/equal.js';
import type { Crypto } from '../port/crypto.js';
import { decrypt, encrypt } from './chacha20Poly1305.js';
import { createKeccak256 } from './keccak.js';
import { addressOf, publicKeyOf, recoverAddress, sharedSecret, sign } from './secp256k1.js';
import { createSha256 } from './sha256.js';

/** A crypto port for any engine: slower than C, and not constant in time where BigInts are. */
export function portableCrypto(): Crypto {
  const keccak256 = createKeccak256();
  return {
    keccak256,
    isKeccak256: (bytes, hash) => equal(keccak256(bytes), hash),
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

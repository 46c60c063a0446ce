/** The portable crypto, which signs the same thing once only: power is cut hundreds of times over one command. */
import { toHex } from '../../firmware/bytes/hex.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import type { Crypto } from '../../firmware/port/crypto.js';

export function rememberingCrypto(): Crypto {
  const crypto = portableCrypto();
  const signatures = new Map<string, Uint8Array>();
  const addresses = new Map<string, Uint8Array | undefined>();
  return {
    // One by one: where native crypto stands in for the portable one, it is an object of a class.
    keccak256: bytes => crypto.keccak256(bytes),
    isKeccak256: (bytes, hash) => crypto.isKeccak256(bytes, hash),
    sha256: () => crypto.sha256(),
    recoverAddress: (digest, signature) => crypto.recoverAddress(digest, signature),
    publicKeyOf: privateKey => crypto.publicKeyOf(privateKey),
    sharedSecret: (privateKey, publicKey) => crypto.sharedSecret(privateKey, publicKey),
    encrypt: (key, nonce, associated, plain) => crypto.encrypt(key, nonce, associated, plain),
    decrypt: (key, nonce, associated, encrypted) => crypto.decrypt(key, nonce, associated, encrypted),
    sign(digest, privateKey) {
      const name = toHex(digest) + toHex(privateKey);
      const signature = signatures.get(name) ?? crypto.sign(digest, privateKey);
      signatures.set(name, signature);
      return signature;
    },
    addressOf(privateKey) {
      const name = toHex(privateKey);
      if (!addresses.has(name)) addresses.set(name, crypto.addressOf(privateKey));
      return addresses.get(name);
    },
  };
}

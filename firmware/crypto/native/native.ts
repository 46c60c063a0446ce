/**
 * The crypto port over C (keccak256.c, sha256.c, secp256k1.c and chacha20Poly1305.c by way of xsCrypto.c): gives what C
 * returns the shape of the port. A platform passes in the functions; how they get into its engine is its own affair.
 */
import type { Crypto, Sha256 } from '../../port/crypto.js';

/** The functions of xsCrypto.c. They throw on an argument that is not a buffer of bytes, or has another length. */
export interface NativeCrypto {
  keccak256(bytes: Uint8Array): ArrayBuffer;
  isKeccak256(bytes: Uint8Array, hash: Uint8Array): boolean;
  sha256Begin(): ArrayBuffer;
  sha256Update(state: ArrayBuffer, bytes: Uint8Array): void;
  sha256End(state: ArrayBuffer): ArrayBuffer;
  recoverAddress(digest: Uint8Array, signature: Uint8Array): ArrayBuffer | undefined;
  sign(digest: Uint8Array, privateKey: Uint8Array): ArrayBuffer | undefined;
  addressOf(privateKey: Uint8Array): ArrayBuffer | undefined;
  publicKeyOf(privateKey: Uint8Array): ArrayBuffer | undefined;
  sharedSecret(privateKey: Uint8Array, publicKey: Uint8Array): ArrayBuffer | undefined;
  encrypt(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array): ArrayBuffer;
  decrypt(
    key: Uint8Array,
    nonce: Uint8Array,
    associated: Uint8Array,
    encrypted: Uint8Array,
  ): ArrayBuffer | undefined;
}

/**
 * A crypto port over the functions of a platform. `sign` throws an Error on a key or a digest that is none, as the
 * portable one does.
 */
export const nativeCrypto = (native: NativeCrypto): Crypto => new CryptoOverNative(native);

/** A class, since its methods then lie in flash: as functions of an object they would take 1 KB of a chip's memory. */
class CryptoOverNative implements Crypto {
  readonly #native: NativeCrypto;

  constructor(native: NativeCrypto) {
    this.#native = native;
  }

  keccak256(bytes: Uint8Array): Uint8Array {
    return new Uint8Array(this.#native.keccak256(bytes));
  }

  isKeccak256(bytes: Uint8Array, hash: Uint8Array): boolean {
    return this.#native.isKeccak256(bytes, hash);
  }

  sha256(): Sha256 {
    return new NativeSha256(this.#native);
  }

  recoverAddress(digest: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
    if (digest.length !== 32 || signature.length !== 65) return undefined;
    return view(this.#native.recoverAddress(digest, signature));
  }

  sign(digest: Uint8Array, privateKey: Uint8Array): Uint8Array {
    const signature = privateKey.length === 32 ? this.#native.sign(digest, privateKey) : undefined;
    if (!signature) throw new RangeError('not a private key');
    return new Uint8Array(signature);
  }

  addressOf(privateKey: Uint8Array): Uint8Array | undefined {
    return privateKey.length === 32 ? view(this.#native.addressOf(privateKey)) : undefined;
  }

  publicKeyOf(privateKey: Uint8Array): Uint8Array | undefined {
    return privateKey.length === 32 ? view(this.#native.publicKeyOf(privateKey)) : undefined;
  }

  sharedSecret(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
    if (privateKey.length !== 32 || publicKey.length !== 33) return undefined;
    return view(this.#native.sharedSecret(privateKey, publicKey));
  }

  encrypt(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array): Uint8Array {
    return new Uint8Array(this.#native.encrypt(key, nonce, associated, plain));
  }

  decrypt(
    key: Uint8Array,
    nonce: Uint8Array,
    associated: Uint8Array,
    encrypted: Uint8Array,
  ): Uint8Array | undefined {
    return view(this.#native.decrypt(key, nonce, associated, encrypted));
  }
}

function view(buffer: ArrayBuffer | undefined): Uint8Array | undefined {
  return buffer && new Uint8Array(buffer);
}

class NativeSha256 implements Sha256 {
  readonly #native: NativeCrypto;
  #state: ArrayBuffer | undefined = undefined;

  constructor(native: NativeCrypto) {
    this.#native = native;
    this.#state = native.sha256Begin();
  }

  update(bytes: Uint8Array): void {
    this.#native.sha256Update(this.#running(), bytes);
  }

  digest(): Uint8Array {
    const digest = this.#native.sha256End(this.#running());
    this.#state = undefined;
    return new Uint8Array(digest);
  }

  #running(): ArrayBuffer {
    if (!this.#state) throw new Error('this SHA-256 has given its digest');
    return this.#state;
  }
}

/** A running SHA-256 (FIPS 180-4). */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** 32 bytes; ends this instance. */
  digest(): Uint8Array;
}

/**
 * The cryptography a board needs, as a port: portable TypeScript everywhere, native C where there is any.
 * All calls are synchronous. Private keys, digests and hashes are 32 bytes, addresses 20, signatures 65
 * (r, s, then v as 27 or 28; s in the lower half, as EIP-2 asks), public keys 33 (compressed, SEC 1).
 */
export interface Crypto {
  keccak256(bytes: Uint8Array): Uint8Array;
  /** True when `hash` is the Keccak-256 of `bytes`. Both are public: the time tells where they differ. */
  isKeccak256(bytes: Uint8Array, hash: Uint8Array): boolean;
  sha256(): Sha256;
  /** The signer's address; undefined when nobody can have made this signature, as with a high s. */
  recoverAddress(digest: Uint8Array, signature: Uint8Array): Uint8Array | undefined;
  /** The signature of a digest: deterministic (RFC 6979), with a low s. */
  sign(digest: Uint8Array, privateKey: Uint8Array): Uint8Array;
  /** The address of a private key; undefined when the bytes are not a valid key. */
  addressOf(privateKey: Uint8Array): Uint8Array | undefined;
  /** The public key of a private key; undefined when the bytes are not a valid key. */
  publicKeyOf(privateKey: Uint8Array): Uint8Array | undefined;
  /**
   * ECDH (SEC 1, 3.3.1): the x coordinate (32 bytes) of the point that both key pairs lead to. Undefined when either
   * is not a valid key, and so for every point that is not on the curve.
   */
  sharedSecret(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined;
  /**
   * ChaCha20-Poly1305 (RFC 8439): as many bytes as `plain` has, then a tag of 16. A key (32 bytes) and a nonce (12)
   * together are used once. @throws on other lengths of those two
   */
  encrypt(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array): Uint8Array;
  /** The plain bytes; undefined unless key, nonce, associated and encrypted bytes are all as they were. */
  decrypt(
    key: Uint8Array,
    nonce: Uint8Array,
    associated: Uint8Array,
    encrypted: Uint8Array,
  ): Uint8Array | undefined;
}

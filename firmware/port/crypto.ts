/** A running SHA-256 (FIPS 180-4). */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** 32 bytes; ends this instance. */
  digest(): Uint8Array;
}

/**
 * The cryptography a board needs, as a port: portable TypeScript everywhere, native C where there is any.
 * All calls are synchronous. Private keys, digests and hashes are 32 bytes, addresses 20, signatures 65
 * (r, s, then v as 27 or 28; s in the lower half, as EIP-2 asks).
 */
export interface Crypto {
  keccak256(bytes: Uint8Array): Uint8Array;
  sha256(): Sha256;
  /** The signer's address, or undefined when nobody can have made this signature. High s counts as nobody. */
  recoverAddress(digest: Uint8Array, signature: Uint8Array): Uint8Array | undefined;
  /** Deterministic (RFC 6979), low s. */
  sign(digest: Uint8Array, privateKey: Uint8Array): Uint8Array;
  /** The address that belongs to a private key, or undefined when the bytes are no valid key. */
  addressOf(privateKey: Uint8Array): Uint8Array | undefined;
}

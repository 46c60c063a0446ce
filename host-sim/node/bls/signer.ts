/** Secret keys at work, for a simulated committee: it holds them all, so that a signature of many costs one. */
export interface Signer {
  /** Compressed public keys (48 bytes) of `count` secrets from `first` on. */
  publicKeys(first: bigint, count: number): Uint8Array[];
  publicKey(secret: bigint): Uint8Array;
  /** 96 bytes, compressed, under Ethereum's tag of proof of possession. `message` is 32 bytes. */
  sign(secret: bigint, message: Uint8Array): Uint8Array;
}

/** Secrets count modulo this: the order of the curve's groups. */
export const secretOrder = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;

/** The signature of nobody: the point at infinity. */
export function emptySignature(): Uint8Array {
  const bytes = new Uint8Array(96);
  bytes[0] = 0xc0;
  return bytes;
}

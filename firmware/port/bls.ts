/**
 * BLS signatures of Ethereum's consensus (draft-irtf-cfrg-bls-signature, BLS12-381, keys in G1, signatures in G2, proof
 * of possession) as a port: portable TypeScript, or native code where there is any.
 */

/**
 * `valid`; `mismatch`: well-formed, but not the signers' signature; `key`: a key is not a point, or the sum of the
 * signers lies outside the subgroup; `infinity`: the signers' keys add up to nothing; `signature`: not a point of the
 * subgroup.
 */
export type BlsOutcome = 'valid' | 'mismatch' | 'key' | 'infinity' | 'signature';

/** BLS as a board needs it. */
export interface Bls {
  /** The sum of a committee's keys (48 bytes, compressed), from which those of absent members are taken. Never throws. */
  begin(aggregate: Uint8Array): BlsSum;
}

/**
 * The keys of those who signed, summed up. Keys are taken off as they arrive, so that no list of them is held; equal and
 * opposite keys occur, since a validator may hold several positions. They come from a proven committee, so only the sum
 * is checked for the subgroup, once it is verified against. What is no key spoils the sum: the outcome is `key`.
 */
export interface BlsSum {
  /** Takes off a key of 48 bytes, compressed. Never throws. */
  subtract(key: Uint8Array): void;
  /**
   * `valid` when those whose keys are in the sum signed `message` (32 bytes); `signature` has 96 bytes, compressed. The
   * sum stays as it is. Never throws.
   */
  verify(message: Uint8Array, signature: Uint8Array): BlsOutcome;
}

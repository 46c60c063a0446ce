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
  /**
   * `valid` when those whose keys add up to `aggregate`, without the `absent`, signed `message`. Keys are 48 bytes,
   * compressed; equal and opposite keys occur, since a validator may hold several positions. The keys come from a
   * proven committee, so only their remaining sum is checked for the subgroup, once. `message` has 32 bytes,
   * `signature` 96, compressed. Never throws.
   */
  verify(
    aggregate: Uint8Array,
    absent: Iterable<Uint8Array>,
    message: Uint8Array,
    signature: Uint8Array,
  ): BlsOutcome;
}

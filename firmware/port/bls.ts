/**
 * BLS signatures as Ethereum's consensus uses them (draft-irtf-cfrg-bls-signature, BLS12-381, keys in G1, signatures
 * in G2, proof of possession), as a small port: portable TypeScript, or native code where there is any.
 */

/**
 * `valid`; `mismatch`: well-formed, but not their signature; `key`: a key that is no point, or a signers' key
 * outside the subgroup; `infinity`: the signers' keys add up to nothing; `signature`: no point of the subgroup.
 */
export type BlsOutcome = 'valid' | 'mismatch' | 'key' | 'infinity' | 'signature';

export interface Bls {
  /**
   * Whether those whose keys add up to `aggregate`, less the `absent`, signed `message`. Keys are 48 bytes,
   * compressed; equal and opposite keys occur, since a validator may hold several positions. Keys come from a
   * committee that is proven, so it is their remaining sum that is checked for the subgroup, once. `message` is 32
   * bytes, `signature` 96, compressed. Never throws.
   */
  verify(
    aggregate: Uint8Array,
    absent: readonly Uint8Array[],
    message: Uint8Array,
    signature: Uint8Array,
  ): BlsOutcome;
}

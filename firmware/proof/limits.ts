/**
 * The most that untrusted input may be, each from the greatest honest case. Beyond them it is `malformed`, before
 * anything is hashed or copied.
 */

/** Bytes of a block header: today's 21 fields take at most 742, the rest is for fields to come. */
export const HEADER_BYTES_MAX = 2048;
/** Fields of a block header, later ones included. */
export const HEADER_FIELDS_MAX = 64;
/** Nodes of one proof: a branch for each of 64 nibbles, and a leaf. */
export const PROOF_NODES_MAX = 65;
/** Bytes of a node: a branch with 16 hashes and no value, as all keys have the same length. */
export const NODE_BYTES_MAX = 532;
/** Accounts in one witness. */
export const ACCOUNTS_MAX = 8;
/** Slots of all accounts of one witness together. */
export const SLOTS_MAX = 64;
/**
 * Bytes of all that a witness holds, nodes that several proofs share counted each time. Two accounts of mainnet with
 * ten nodes each, and ten slots of four full nodes, are 32,000.
 */
export const WITNESS_BYTES_MAX = 65_536;

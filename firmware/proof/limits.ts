/**
 * The most that untrusted input may be, each from the greatest honest case. Beyond them it is `malformed`, before
 * anything is hashed or copied.
 */
export const limits = {
  /** Bytes of a header: today's 21 fields take at most 742, the rest is for fields to come. */
  headerBytes: 2048,
  /** Fields of a header, later ones included. */
  headerFields: 64,
  /** Nodes of one proof: a branch for each of 64 nibbles, and a leaf. */
  proofNodes: 65,
  /** Bytes of a node: a branch with 16 hashes and no value, as all keys have the same length. */
  nodeBytes: 532,
  /** Accounts, and slots of all accounts together, in one witness. */
  accounts: 8,
  slots: 64,
  /**
   * Bytes of all that a witness holds, nodes that several proofs share counted each time. Two accounts of mainnet
   * with ten nodes each, and ten slots of four full nodes, are 32,000.
   */
  witnessBytes: 65_536,
} as const;

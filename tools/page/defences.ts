/** The defence that should catch a lie, as a sentence for a person, by the code of the verdict. */
export const DEFENCES: Readonly<Record<string, string>> = {
  header_mismatch: 'The board hashes the header itself, and compares it with the block hash that it trusts.',
  proof_invalid: 'Every node of a proof is hashed, down from a root that the board trusts.',
  wrong_answer: 'The board compares account, slot and block of an answer with its question.',
  malformed: 'Every answer is parsed with limits before anything is made of it.',
  no_quorum: 'Two of two must name the same block, or two thirds of the committee must have signed it.',
  level: 'A block that is not shown as final is not final, whatever else is said.',
  not_anchored: 'The chain holds the hash of the whole envelope: a changed one has no link.',
  replayed: 'The board writes down what it consumed before it acts.',
  expired: 'The board has proven what time it is, and the envelope says when it ends.',
  wrong_target: 'The address of the board is in the envelope, and in what is signed.',
  image_hash: 'The release on chain names the hash of the image: the board hashes what lies in the slot.',
  image_size: 'The release on chain names the length of the image.',
};

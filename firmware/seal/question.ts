/**
 * A question to a prover that others carry: sealed to the prover's key, with a fresh key for the answer in it. Only who
 * read the question can answer, and only the board reads the answer.
 */

import { encodeRecord, RecordReader } from '../bytes/record.js';
import type { Crypto } from '../port/crypto.js';
import type { Entropy } from '../port/entropy.js';
import { type KeyPair, open, seal } from './sealed.js';

/** Characters of a question's path. */
export const PATH_CHARACTERS_MAX = 3800;

/** A question as the prover reads it. */
export interface Question {
  path: string;
  /** 32 bytes. */
  answerKey: Uint8Array;
}

/** Undefined when `proverKey` (33 bytes) is no key. @throws RangeError on a path that is too long */
export function sealQuestion(
  given: { crypto: Crypto; entropy: Entropy },
  proverKey: Uint8Array,
  { answerKey, path }: Question,
): Uint8Array | undefined {
  if (path.length > PATH_CHARACTERS_MAX) throw new RangeError('the path of a question is too long');
  // It is about no envelope: a random tag stands in for the hash.
  const tag = new Uint8Array(32);
  given.entropy.fill(tag);
  return seal(given, 'question', proverKey, tag, encodeRecord([path, answerKey]));
}

/** Opens a question that was sealed to the prover's key. Undefined for anything else; never throws for its bytes. */
export function openQuestion(crypto: Crypto, prover: KeyPair, message: Uint8Array): Question | undefined {
  const opened = open(crypto, 'question', prover, message);
  if (!opened) return undefined;
  const reader = new RecordReader(opened.bytes, 4096);
  const question = { path: reader.text(PATH_CHARACTERS_MAX), answerKey: reader.fixed(32) };
  return reader.end() ? question : undefined;
}

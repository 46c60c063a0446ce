/**
 * One of three answers to a claim. "Forged" (rejected) and "unreachable" (undetermined) are never the same answer: the
 * first says something about the claim, the second only about what could be learnt. A code or cause of type `never` is
 * an answer that does not occur.
 *
 * @example
 * function readLevel(byte: number): Verdict<Level, 'malformed', never> {
 *   return byte >= 1 && byte <= 4 ? accepted(byte as Level) : rejected('malformed', `level ${byte}`);
 * }
 */
export type Verdict<T, Code extends string, Cause extends string> =
  | Accepted<T>
  | ([Code] extends [never] ? never : Rejected<Code>)
  | ([Cause] extends [never] ? never : Undetermined<Cause>);

/** The claim holds, and `value` is what follows from it. */
export interface Accepted<T> {
  verdict: 'accepted';
  value: T;
}

/** The claim is wrong. */
export interface Rejected<Code extends string> {
  verdict: 'rejected';
  code: Code;
  /** The observation behind the verdict, for a person: short, with figures, without secrets. */
  evidence: string;
}

/** Nothing is known of the claim: the same question may be answered later. */
export interface Undetermined<Cause extends string> {
  verdict: 'undetermined';
  cause: Cause;
  /** As in a rejection. */
  evidence: string;
}

/** An accepted claim with what follows from it. */
export const accepted = <T>(value: T): Accepted<T> => ({ verdict: 'accepted', value });

/** A rejected claim; `evidence` is for a person. */
export const rejected = <Code extends string>(code: Code, evidence: string): Rejected<Code> => ({
  verdict: 'rejected',
  code,
  evidence,
});

/** A claim of which nothing is known; `evidence` is for a person. */
export const undetermined = <Cause extends string>(cause: Cause, evidence: string): Undetermined<Cause> => ({
  verdict: 'undetermined',
  cause,
  evidence,
});

/** The faults of a witness (`verifyWitness` says which is which). They say nothing about a command. */
export type WitnessCode =
  | 'header_mismatch'
  | 'proof_invalid'
  | 'code_mismatch'
  | 'wrong_answer'
  | 'malformed';

/** The reasons for which a block hash, or a witness for it, could not be had (`holdfast explain` tells of each). */
export type TrustCause =
  | 'unreachable'
  | 'unsupported'
  | 'pruned'
  | 'no_quorum'
  | 'level'
  | 'stale'
  | 'unknown_fork'
  | 'not_now';

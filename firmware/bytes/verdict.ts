/**
 * The only three answers. "Forged" (rejected) and "unreachable" (undetermined) are never the same answer:
 * the first says something about the claim, the second only about what could be learnt.
 */
export type Verdict<T, Code extends string, Cause extends string> =
  | Accepted<T>
  | ([Code] extends [never] ? never : Rejected<Code>)
  | ([Cause] extends [never] ? never : Undetermined<Cause>);

export interface Accepted<T> {
  verdict: 'accepted';
  value: T;
}

export interface Rejected<Code extends string> {
  verdict: 'rejected';
  code: Code;
  /** What was seen, for a person: short, no secrets. */
  evidence: string;
}

export interface Undetermined<Cause extends string> {
  verdict: 'undetermined';
  cause: Cause;
  evidence: string;
}

export const accepted = <T>(value: T): Accepted<T> => ({ verdict: 'accepted', value });

export const rejected = <Code extends string>(code: Code, evidence: string): Rejected<Code> => ({
  verdict: 'rejected',
  code,
  evidence,
});

export const undetermined = <Cause extends string>(cause: Cause, evidence: string): Undetermined<Cause> => ({
  verdict: 'undetermined',
  cause,
  evidence,
});

/** What can be wrong with a witness: it says nothing about a command. */
export type WitnessCode =
  | 'header_mismatch'
  | 'proof_invalid'
  | 'code_mismatch'
  | 'wrong_answer'
  | 'malformed';

/** Why a block hash, or a witness for it, could not be had. */
export type TrustCause =
  | 'unreachable'
  | 'unsupported'
  | 'pruned'
  | 'no_quorum'
  | 'level'
  | 'stale'
  | 'unknown_fork'
  | 'not_now';

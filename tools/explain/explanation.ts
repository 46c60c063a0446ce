/** An entry of the tables that `holdfast explain` prints: one for each code, cause and failure. */
export interface Explanation {
  /** One sentence: the statement that the code makes, and what the statement is about. */
  meaning: string;
  /** The cause that is met most often, first. */
  likely: string;
  /** The next thing to do, with the command to type where there is one. */
  remedy: string;
}

/** The kind of name: codes reject, causes leave undetermined, outcomes end receipts, failures end commands, refusals are the contracts'. */
export type Kind = 'code' | 'cause' | 'outcome' | 'failure' | 'refusal';

/** A table in which no name can be forgotten: the type checker asks for an entry of each. */
export type Table<Name extends string> = Readonly<Record<Name, Explanation>>;

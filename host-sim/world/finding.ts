/** Rules of a world, and breaches of them. */

/** The rules, by name. */
export type Rule =
  | 'believed'
  | 'contradiction'
  | 'early'
  | 'expired'
  | 'floor'
  | 'foreign'
  | 'gap'
  | 'liveness'
  | 'memory'
  | 'misfit'
  | 'older'
  | 'order'
  | 'outdated'
  | 'paused'
  | 'premature'
  | 'reorged'
  | 'suspended'
  | 'twice'
  | 'unbootable'
  | 'unfinal'
  | 'unlinked'
  | 'unnamed'
  | 'unsigned'
  | 'void'
  | 'wear';

/** A breach of a rule. */
export interface Finding {
  rule: Rule;
  what: string;
}

/** All entries of all tables under their names; a name may stand for several things, which are told apart by kind. */

import { causes } from './causes.js';
import { codes } from './codes.js';
import type { Explanation, Kind } from './explanation.js';
import { failures } from './failures.js';
import { receiptOutcomes } from './outcomes.js';
import { refusals } from './refusals.js';

export interface Entry extends Explanation {
  name: string;
  kind: Kind;
}

/** The order in which entries are shown. */
export const tables: Readonly<Record<Kind, Readonly<Record<string, Explanation>>>> = {
  code: codes,
  cause: causes,
  outcome: receiptOutcomes,
  failure: failures,
  refusal: refusals,
};

/** The kinds of names as people read them. */
export const kinds: Readonly<Record<Kind, string>> = {
  code: 'code of a rejected verdict',
  cause: 'cause of an undetermined verdict',
  outcome: 'outcome of a receipt',
  failure: 'failure of a holdfast command',
  refusal: 'refusal of a contract',
};

/** Every entry, table by table, by name within each. */
export function entries(): Entry[] {
  return (Object.keys(tables) as Kind[]).flatMap(kind =>
    Object.keys(tables[kind])
      .sort()
      .map(name => ({ name, kind, ...tables[kind][name] })),
  );
}

/** The entries of one name; empty when nothing is called so. */
export const entriesOf = (name: string): Entry[] => entries().filter(entry => entry.name === name);

/** The words of `holdfast explain`, as the page shows them beside a decision. */
import type { Decision } from '../../host-sim/page/protocol.js';
import { entries, entriesOf } from '../explain/find.js';

type Explained = NonNullable<Decision['explained']>;

/** The words for a code or cause; undefined for an unknown one. */
export function explained(code: string): Explained | undefined {
  const [entry] = entriesOf(code);
  if (!entry) return undefined;
  const { likely, meaning, remedy } = entry;
  return { meaning, likely, remedy };
}

/** The words for every code and cause, for a page that has nobody to ask. */
export const allExplained = (): Record<string, Explained> =>
  Object.fromEntries(
    entries()
      .filter(({ kind }) => kind === 'code' || kind === 'cause')
      .map(({ name }) => [name, explained(name)!]),
  );

import { defineCommand, optionalOperand } from '../cli/command.js';
import { UsageError } from '../cli/failure.js';
import { text } from '../cli/kinds.js';
import { nearest } from '../cli/nearest.js';
import { type Entry, entries, entriesOf, kinds } from '../explain/find.js';

export default defineCommand({
  summary: 'Say what a code, a cause or a failure means, and what to do',
  details:
    'Takes the name that a verdict, a receipt, a log line or the JSON document of a command shows in brackets.\n' +
    'Without a name it lists all of them.',
  example: 'holdfast explain not_now',
  operands: { name: optionalOperand(text('NAME', 64), 'not_anchored, stale, no_receipt, …') },
  flags: {},
  run: async ({ operands: { name } }) => {
    if (name === undefined) return { ok: true, entries: entries() };
    const asked = name.replace(/^\(|\)$/g, '');
    const found = entriesOf(asked);
    if (found.length > 0) return { ok: true, entries: found };
    const meant = nearest(asked, [...new Set(entries().map(entry => entry.name))]);
    throw new UsageError(
      `Nothing is called "${asked}"${meant ? `: did you mean ${meant}?` : '.'} holdfast explain lists all names.`,
    );
  },
  show: ({ entries: found }) => (found.length > 4 ? list(found) : found.flatMap(told)),
});

const told = ({ kind, likely, meaning, name, remedy }: Entry): string[] => [
  `${name}: ${kinds[kind]}`,
  `  meaning  ${meaning}`,
  `  likely   ${likely}`,
  `  remedy   ${remedy}`,
];

const list = (found: readonly Entry[]): string[] =>
  found.map(({ kind, meaning, name }) => `${kind.padEnd(8)} ${name.padEnd(28)}  ${meaning}`);

/** The tables of verdicts as they stand in tools/README.md, between two marks. */

import type { Entry } from './find.js';
import { entries, kinds } from './find.js';

export const BEGIN = '<!-- holdfast explain: begin -->';
export const END = '<!-- holdfast explain: end -->';

const row = ({ likely, meaning, name, remedy }: Entry): string =>
  `| \`${name}\` | ${[meaning, likely, remedy].map(text => text.replaceAll('|', '\\|')).join(' | ')} |`;

/** Markdown of the codes, causes and outcomes; failures of the tools are told by the command itself. */
export function verdictTables(): string {
  const all = entries();
  const parts = (['code', 'cause', 'outcome'] as const).map(kind => {
    const rows = all.filter(entry => entry.kind === kind).map(row);
    return [
      `| ${kinds[kind]} | meaning | likely cause | remedy |`,
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
  return parts.join('\n\n');
}

/** The text with its tables anew. @throws Error when the two marks are not there */
export function withTables(text: string): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the marks ${BEGIN} and ${END} are missing`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${verdictTables()}\n\n${text.slice(end)}`;
}

/** The tables of the READMEs, which are the only place where the order of the rooms is written. */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { root } from './sources.js';

/** A row's cells: heading of the column → text of the cell. */
export type Row = Readonly<Record<string, string>>;

const cellsOf = (line: string): string[] =>
  line
    .slice(1, line.lastIndexOf('|'))
    .split('|')
    .map(cell => cell.trim());

/**
 * The first table of a Markdown text that has all of these columns.
 *
 * @throws Error when there is none
 */
export function tableWith(columns: readonly string[], text: string): Row[] {
  const lines = text.split('\n');
  for (let at = 0; at + 1 < lines.length; at++) {
    if (!lines[at].startsWith('|') || !/^\|[\s|:-]+\|$/.test(lines[at + 1])) continue;
    const headings = cellsOf(lines[at]);
    if (!columns.every(column => headings.includes(column))) continue;
    const rows: Row[] = [];
    for (let row = at + 2; lines[row]?.startsWith('|'); row++) {
      const cells = cellsOf(lines[row]);
      rows.push(Object.fromEntries(headings.map((heading, column) => [heading, cells[column] ?? ''])));
    }
    return rows;
  }
  throw new Error(`no table with the columns ${columns.join(', ')}`);
}

export const readmeRows = (path: string, columns: readonly string[]): Row[] =>
  tableWith(columns, fs.readFileSync(join(root, path), 'utf8'));

/** The names between backquotes in a cell, in the order in which they stand there. */
export const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

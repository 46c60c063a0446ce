/** The list of a production line: a CSV file with one board a row. Read whole, within limits, and refused by line where it is wrong. */
import { FileProblem, readBoundedFile } from '../cli/boundedFile.js';
import { Failure, oneLine } from '../cli/failure.js';
import { address, type Hex, Misfit } from '../cli/kinds.js';
import { nearest } from '../cli/nearest.js';

/** A board that is to be made. */
export interface ListedBoard {
  /** Unique in the list; also the name of its label's files. */
  serialNumber: string;
  /** The port it is made at, where the list says so. */
  port?: string;
  /** Its owner, in place of that of the whole line. */
  owner?: Hex;
}

export const LIST_BYTES_MAX = 1_000_000;
export const LIST_BOARDS_MAX = 5000;

/** A name of a file on every system, and a field of ZPL. */
const SERIAL_NUMBER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,35}$/;
const PORT_CHARACTERS_MAX = 200;
const COLUMNS = ['serial', 'port', 'owner'] as const;

/** @throws Failure `production_list`, `file` */
export function readList(path: string): ListedBoard[] {
  try {
    return parseList(Buffer.from(readBoundedFile(path, LIST_BYTES_MAX)).toString('utf8'));
  } catch (error) {
    if (error instanceof FileProblem) throw new Failure('file', `${path} ${error.message}.`);
    if (error instanceof Misfit) throw new Failure('production_list', `${path}, ${error.message}.`);
    throw error;
  }
}

/**
 * The boards of such a text. The first line names the columns: `serial`, and if wanted `port` and `owner`; others are for
 * people. Fields are parted by commas or by semicolons, in quotes where they hold one (RFC 4180).
 *
 * @throws Misfit that names the line
 */
export function parseList(text: string): ListedBoard[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const separator = lines[0].includes(';') && !lines[0].includes(',') ? ';' : ',';
  const columns = fieldsOf(lines[0], separator, 1).map(name => name.toLowerCase());
  if (!columns.includes('serial'))
    throw new Misfit(`line 1: there is no column serial${hint(columns)}: it names each board`);
  const seen = new Map<string, number>();
  const boards: ListedBoard[] = [];
  lines.slice(1).forEach((line, index) => {
    if (line.trim() === '') return;
    const number = index + 2;
    if (boards.length === LIST_BOARDS_MAX)
      throw new Misfit(`line ${number}: a list has ${LIST_BOARDS_MAX} boards at most`);
    const fields = fieldsOf(line, separator, number);
    const board = boardOf(name => fields[columns.indexOf(name)] || undefined, number);
    // Files of such names would be one on some systems.
    const key = board.serialNumber.toLowerCase();
    const before = seen.get(key);
    if (before !== undefined)
      throw new Misfit(`line ${number}: ${board.serialNumber} stands in line ${before} already`);
    seen.set(key, number);
    boards.push(board);
  });
  if (boards.length === 0) throw new Misfit('line 2: there is no board in the list');
  return boards;
}

const hint = (columns: readonly string[]): string => {
  const meant = columns.find(name => nearest(name, COLUMNS) === 'serial');
  return meant === undefined ? '' : ` (did you mean ${oneLine(meant, 40)}?)`;
};

function boardOf(field: (name: (typeof COLUMNS)[number]) => string | undefined, line: number): ListedBoard {
  const [serialNumber = '', port, owner] = COLUMNS.map(field);
  if (!SERIAL_NUMBER.test(serialNumber))
    throw new Misfit(
      `line ${line}: "${oneLine(serialNumber, 60)}" is no serial number: 36 letters, digits, dots, dashes and underscores at most`,
    );
  if (port !== undefined && port.length > PORT_CHARACTERS_MAX)
    throw new Misfit(`line ${line}: the port has more than ${PORT_CHARACTERS_MAX} characters`);
  try {
    return {
      serialNumber,
      ...(port !== undefined && { port }),
      ...(owner !== undefined && { owner: address.parse(owner) }),
    };
  } catch (error) {
    throw error instanceof Misfit ? new Misfit(`line ${line}: owner ${error.message}`) : error;
  }
}

/** The fields of one line, without the spaces around them. */
function fieldsOf(line: string, separator: string, number: number): string[] {
  const fields: string[] = [];
  for (let at = 0; ; ) {
    let field = '';
    while (line[at] === ' ') at++;
    if (line[at] === '"') {
      const end = closingQuote(line, at + 1);
      if (end < 0) throw new Misfit(`line ${number}: a quote is not closed`);
      field = line.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
      while (line[at] === ' ') at++;
      if (at < line.length && line[at] !== separator)
        throw new Misfit(`line ${number}: something stands behind a closing quote`);
    } else {
      const end = line.indexOf(separator, at);
      field = line.slice(at, end < 0 ? line.length : end);
      at = end < 0 ? line.length : end;
    }
    fields.push(field.trim());
    if (at >= line.length) return fields;
    at++;
  }
}

/** The place of the quote that ends a field; −1 for none. A doubled one stands for itself. */
function closingQuote(line: string, from: number): number {
  for (let at = from; at < line.length; at++) {
    if (line[at] !== '"') continue;
    if (line[at + 1] !== '"') return at;
    at++;
  }
  return -1;
}

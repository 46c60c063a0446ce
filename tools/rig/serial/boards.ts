/** The boards of a bench: `boards.json`, checked, and a board that is named on the command line alone. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import * as v from 'valibot';
import { Failure } from '../../cli/failure.js';
import { nearest } from '../../cli/nearest.js';
import { powerForm } from '../power/backends.js';

const FILE_BYTES_MAX = 262_144;
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));

const ownForm = v.strictObject({
  /** The serial line: a path, or a USB identity. */
  port: text,
  /** The address of this machine by which the board reaches it. */
  host: v.optional(text),
  /** A line for the shell that makes the board new: erased, flashed, in its network. */
  prepare: v.optional(text),
  power: v.optional(powerForm),
});

/** The place of an exporter: a name or an address, and its port. */
export const EXPORTER = /^([0-9A-Za-z.-]{1,100}|\[[0-9a-fA-F:]{2,45}\]):([0-9]{1,5})$/;

/** Host and port of such a place; undefined for what is none. */
export function exporterPlace(place: string): { host: string; port: number } | undefined {
  const [, host, port] = EXPORTER.exec(place) ?? [];
  return host === undefined ? undefined : { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

const exportedForm = v.strictObject({
  /** The place of the exporter that has it (`holdfast rig serve`). */
  exporter: v.pipe(v.string(), v.regex(EXPORTER, 'is no HOST:PORT')),
  /** Its name there; the same if left out. */
  board: v.optional(text),
  /** The file of the exporter's token, from this file's folder; the environment's if left out. */
  tokenFile: v.optional(text),
  host: v.optional(text),
});

const isExported = (board: unknown): boolean =>
  typeof board === 'object' && board !== null && 'exporter' in board;
const boardForm = v.lazy(board => (isExported(board) ? exportedForm : ownForm));

const fileForm = v.strictObject({ boards: v.record(v.pipe(v.string(), v.maxLength(60)), boardForm) });

/** In reports, and in reservations. */
interface Named {
  name: string;
}

/** A board on the desk of this machine. */
export interface OwnBoard extends Named, v.InferOutput<typeof ownForm> {}

/** A board on the desk of another. */
export interface ExportedBoard extends Named, v.InferOutput<typeof exportedForm> {}

export type DeskBoard = OwnBoard | ExportedBoard;

/** The boards of the file, by name. @throws Failure `boards` */
export function readBoards(file: string): DeskBoard[] {
  if (!existsSync(file)) throw new Failure('boards', `There is no file of boards ${file}.`);
  if (statSync(file).size > FILE_BYTES_MAX)
    throw new Failure('boards', `${file} is longer than a file of boards.`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Failure('boards', `${file} is not JSON: ${(error as Error).message}`);
  }
  const parsed = v.safeParse(fileForm, value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new Failure('boards', `${file}: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}.`);
  }
  return Object.entries(parsed.output.boards).map(([name, board]) =>
    'exporter' in board && board.tokenFile !== undefined
      ? { name, ...board, tokenFile: resolve(dirname(file), board.tokenFile) }
      : { name, ...board },
  );
}

/** The folder in which those who use the boards of a file keep their reservations. */
export const reservationsOf = (file: string): string => join(dirname(resolve(file)), '.holdfast', 'rig');

/** The boards of those names, each once. @throws Failure `boards` */
export function boardsNamed(file: string, wanted: readonly string[]): DeskBoard[] {
  const boards = readBoards(file);
  const names = boards.map(board => board.name);
  return [...new Set(wanted)].map(name => {
    const found = boards.find(board => board.name === name);
    if (found) return found;
    const close = nearest(name, names);
    throw new Failure(
      'boards',
      `${file} has no board ${name}${close ? `; did you mean ${close}?` : `: it has ${names.join(', ') || 'none'}.`}`,
    );
  });
}

/** An address of this machine that others reach; its own where it is in no network. */
export function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flat();
  return all.find(each => each && each.family === 'IPv4' && !each.internal)?.address ?? '127.0.0.1';
}

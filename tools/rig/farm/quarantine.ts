/** Boards that failed the look at them before a scenario: left alone until somebody has seen to them. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { oneLine } from '../../cli/failure.js';

const fileOf = (folder: string, board: string): string =>
  join(folder, `${encodeURIComponent(board)}.quarantine`);

/** Leaves the board alone from now on. */
export function quarantine(folder: string, board: string, reason: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(folder, board), `${new Date().toISOString()} ${oneLine(reason, 300)}\n`);
}

/** Time and reason; undefined for a board that serves. */
export function quarantineOf(folder: string, board: string): string | undefined {
  const file = fileOf(folder, board);
  return existsSync(file) ? oneLine(readFileSync(file, 'utf8'), 400) : undefined;
}

/** Lets the board serve again. */
export const endQuarantine = (folder: string, board: string): void =>
  rmSync(fileOf(folder, board), { force: true });

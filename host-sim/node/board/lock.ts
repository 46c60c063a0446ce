/** One board on one flash: a second process on the same directory would write over the first one's journal. */
import { join } from 'node:path';
import { takeLock } from '../lock.js';

/**
 * Takes the directory for this process, until it ends.
 * @throws Error that names the process that has it
 */
export function lockDirectory(directory: string): void {
  const holder = takeLock(join(directory, 'board.pid'));
  if (holder !== undefined) {
    throw new Error(
      `another board runs on ${directory}: process ${holder} (end it, or take another directory)`,
    );
  }
}

/** One board on one flash: a second process on the same directory would write over the first one's journal. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Takes the directory for this process, until it ends. A lock whose process is gone, killed perhaps, does not count.
 * @throws Error that names the process that has it
 */
export function lockDirectory(directory: string): void {
  const file = join(directory, 'board.pid');
  for (;;) {
    try {
      writeFileSync(file, `${process.pid}`, { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(readFileSync(file, 'utf8'));
    if (holder > 0 && runs(holder)) {
      throw new Error(
        `another board runs on ${directory}: process ${holder} (end it, or take another directory)`,
      );
    }
    rmSync(file, { force: true });
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A file that says which process has a place. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Characters that a number of a process has at most, and more. */
const HOLDER_CHARACTERS_MAX = 20;

/**
 * Takes the place for this process: `file` holds its number from now on. Gives the number of another process that has it
 * and runs. A lock does not count whose process is gone, killed perhaps, nor one with this process's own number: in a
 * container the next process often has the number of the one before.
 */
export function takeLock(file: string): number | undefined {
  for (;;) {
    try {
      writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(readFileSync(file, 'utf8').slice(0, HOLDER_CHARACTERS_MAX));
    if (holder > 0 && holder !== process.pid && processRuns(holder)) return holder;
    rmSync(file, { force: true });
  }
}

/** True while there is a process with that number, whosesoever. */
export function processRuns(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process cannot be signalled, and is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

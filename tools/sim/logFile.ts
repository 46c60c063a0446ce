/** The log of a run as a file, whose SHA-256 is that of the run; what came so far is in it when the run breaks off. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { UsageError } from '../cli/failure.js';

/** Lines that are written at once. */
const AT_ONCE = 500;

export interface LogFile {
  add(line: string): void;
  close(): void;
}

/** A file of that name is replaced. @throws UsageError that names it, when it cannot be written */
export function openLogFile(path: string): LogFile {
  const naming = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw new UsageError(`${path} cannot be written: ${(error as Error).message}`);
    }
  };
  const file = naming(() => openSync(path, 'w'));
  let waiting: string[] = [];
  const write = (): void => {
    if (waiting.length > 0) naming(() => writeSync(file, `${waiting.join('\n')}\n`));
    waiting = [];
  };
  return {
    add: line => {
      if (waiting.push(line) >= AT_ONCE) write();
    },
    close: () => {
      write();
      closeSync(file);
    },
  };
}

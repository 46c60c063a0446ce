/** Files that are written whole or not at all: whoever finds one under its name finds all of it. */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from './failure.js';

export type WholeFile = readonly [path: string, content: Uint8Array | string];

/**
 * Writes files that belong together: all of them beside their places first, then each takes its name. Folders are made;
 * files of those names are replaced. Where it fails, or a signal ends the process, nothing half-written is left behind
 * under any of the names, and what stood there stands there still.
 *
 * @param mode of the files, 0o666 less the umask if left out
 * @throws Failure `file` that names the place
 */
export function writeWholeFiles(files: readonly WholeFile[], mode = 0o666): void {
  const suffix = `.${randomBytes(4).toString('hex')}.part`;
  const begun: string[] = [];
  try {
    for (const [path, content] of files) {
      naming(path, () => {
        fs.mkdirSync(dirname(path), { recursive: true });
        if (fs.statSync(path, { throwIfNoEntry: false })?.isDirectory())
          throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
        begun.push(path + suffix);
        writeThrough(path + suffix, content, mode);
      });
    }
    for (const [path] of files) naming(path, () => fs.renameSync(path + suffix, path));
  } finally {
    for (const part of begun) fs.rmSync(part, { force: true });
  }
}

/** The bytes are on the disk before the name is: a power cut leaves no empty file. */
function writeThrough(path: string, content: Uint8Array | string, mode: number): void {
  const file = fs.openSync(path, 'wx', mode);
  try {
    fs.writeFileSync(file, content);
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

function naming(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const { code = (error as Error).message } = error as NodeJS.ErrnoException;
    throw new Failure(
      'file',
      `${path} cannot be written (${code}), and nothing was: choose another place, or make room there.`,
      { cause: error },
    );
  }
}

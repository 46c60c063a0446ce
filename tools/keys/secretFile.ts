/** Files that hold secrets: read only when no other user can read them, written so that no other user can. */
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { FileProblem, readBoundedFile } from '../cli/boundedFile.js';
import { Failure } from '../cli/failure.js';

/**
 * The text of a secret file, `bytesMax` bytes at most. The file that was opened is the one whose mode is checked, so
 * that nobody can exchange it in between.
 *
 * @throws Failure `file` when it is not there, not a regular file or too long; `file_mode` when others may read it
 */
export function readSecretFile(path: string, bytesMax: number): string {
  try {
    const bytes = readBoundedFile(path, bytesMax, ({ mode }) => refuseOpenMode(path, mode));
    return Buffer.from(bytes).toString('utf8');
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    const remedy = error.reason === 'too_long' ? ': it is the wrong file.' : '. Check the path.';
    throw new Failure('file', `${path} ${error.message}${remedy}`);
  }
}

function refuseOpenMode(path: string, mode: number): void {
  if ((mode & 0o077) === 0 || process.platform === 'win32') return;
  throw new Failure(
    'file_mode',
    `${path} is open to others (mode ${(mode & 0o777).toString(8).padStart(4, '0')}): chmod 600 it, and count what it holds as known if others use this machine.`,
  );
}

/** Creates the file, mode 0600; never overwrites one. */
export function writeSecretFile(path: string, text: string): void {
  fs.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let file: number;
  try {
    file = fs.openSync(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new Failure(
        'exists',
        `${path} exists and is left as it is: choose another name, or move it away first.`,
      );
    }
    throw new Failure(
      'file',
      `${path} cannot be written (${(error as NodeJS.ErrnoException).code}): choose another place.`,
    );
  }
  try {
    fs.writeFileSync(file, text);
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

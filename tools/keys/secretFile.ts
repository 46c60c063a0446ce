/** Files that hold secrets: read only if nobody else can read them, written so that nobody else can. */
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../cli/failure.js';

const reason = (error: unknown): string => {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not';
  if (code === 'EISDIR') return 'it is a directory';
  return String(code ?? 'unknown');
};

/** At most `most` bytes of text. What is checked is the opened file itself, so that it cannot be exchanged between. */
export function readSecretFile(path: string, most: number): string {
  let file: number;
  try {
    // Not blocking: a FIFO without a writer must not hang the command before it is seen to be one.
    file = fs.openSync(path, fs.constants.O_RDONLY);
  } catch (error) {
    throw new Failure('file', `${path} cannot be opened: ${reason(error)}. Check the path.`);
  }
  try {
    const { mode, size } = fs.fstatSync(file);
    if (fs.fstatSync(file).isDirectory())
      throw new Failure('file', `${path} is a directory: name the file in it.`);
    const others = mode & 0o077;
    if (others !== 0 && process.platform !== 'win32') {
      throw new Failure(
        'file_mode',
        `${path} is open to others (mode ${(mode & 0o777).toString(8).padStart(4, '0')}): chmod 600 it, and count what it holds as known if others use this machine.`,
      );
    }
    if (size > most)
      throw new Failure('file', `${path} is ${size} bytes long, ${most} at most: it is the wrong file.`);
    const buffer = Buffer.alloc(most + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < buffer.length; length += read) {
      read = fs.readSync(file, buffer, length, buffer.length - length, null);
    }
    if (length > most)
      throw new Failure('file', `${path} is longer than ${most} bytes: it is the wrong file.`);
    return buffer.toString('utf8', 0, length);
  } finally {
    fs.closeSync(file);
  }
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
    throw new Failure('file', `${path} cannot be written: ${reason(error)}. Choose another place.`);
  }
  try {
    fs.writeFileSync(file, text);
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

/** Files that somebody named: read whole and within a bound, or not at all. */
import * as fs from 'node:fs';

/** `absent`: no file of that name. `forbidden`: this user may not read it. */
export type FileReason = 'absent' | 'forbidden' | 'directory' | 'not_regular' | 'too_long' | 'other';

/** Why a file was not read; the message reads on from its path: "is a directory". */
export class FileProblem extends Error {
  readonly reason: FileReason;

  constructor(reason: FileReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

const reasons: Readonly<Record<string, FileReason>> = {
  ENOENT: 'absent',
  ENOTDIR: 'absent',
  EACCES: 'forbidden',
  EPERM: 'forbidden',
};

const opened: Readonly<Record<string, string>> = {
  absent: 'cannot be opened: there is no such file',
  forbidden: 'cannot be opened: this user may not',
};

/**
 * The bytes of a regular file, `bytesMax` at most. A FIFO, a device or a directory is refused without waiting for it.
 *
 * `inspect` sees the opened file before any byte of it is read, and may throw; what it saw is what is read, even if
 * another file takes that name meanwhile.
 *
 * @throws FileProblem, and what `inspect` throws
 *
 * @example
 * const text = Buffer.from(readBoundedFile('.holdfast/project.json', 65_536)).toString('utf8');
 */
export function readBoundedFile(
  path: string,
  bytesMax: number,
  inspect: (stats: fs.Stats) => void = () => {},
): Uint8Array {
  let file: number;
  try {
    // Without O_NONBLOCK the opening of a FIFO waits for its writer (POSIX open). Windows has neither.
    file = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const reason = reasons[code] ?? 'other';
    throw new FileProblem(reason, opened[reason] ?? `cannot be opened: ${code}`);
  }
  try {
    const stats = fs.fstatSync(file);
    if (stats.isDirectory()) throw new FileProblem('directory', 'is a directory: name the file in it');
    if (!stats.isFile())
      throw new FileProblem('not_regular', 'is not a regular file: name a file, no pipe and no device');
    inspect(stats);
    if (stats.size > bytesMax)
      throw new FileProblem('too_long', `is ${stats.size} bytes long, ${bytesMax} at most`);
    return readAll(file, bytesMax);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw typeof code === 'string' && code.startsWith('E')
      ? new FileProblem('other', `cannot be read: ${code}`)
      : error;
  } finally {
    fs.closeSync(file);
  }
}

/** The size that a file claims proves nothing: files of /proc claim none, and a file may grow meanwhile. */
function readAll(file: number, bytesMax: number): Uint8Array {
  const buffer = Buffer.alloc(Math.min(bytesMax, fs.fstatSync(file).size || bytesMax) + 1);
  const pieces: Buffer[] = [];
  let length = 0;
  for (;;) {
    const read = fs.readSync(file, buffer, 0, buffer.length, null);
    if (read === 0) return Buffer.concat(pieces);
    length += read;
    if (length > bytesMax) throw new FileProblem('too_long', `is longer than ${bytesMax} bytes`);
    pieces.push(Buffer.from(buffer.subarray(0, read)));
  }
}

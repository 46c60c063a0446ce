/** A file that a person named on the command line. */
import { readBoundedFile } from '../cli/boundedFile.js';
import { UsageError } from '../cli/failure.js';

/** @throws UsageError that names the file */
export function readNamedFile(path: string, bytesMax: number): Uint8Array {
  try {
    return readBoundedFile(path, bytesMax);
  } catch (error) {
    throw new UsageError(`${path} ${(error as Error).message}.`);
  }
}

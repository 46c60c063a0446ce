/** The file of a recording, as somebody named it. */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { RECORDING_BYTES_MAX } from '../../host-sim/recording/format.js';
import { UsageError } from '../cli/failure.js';

/** Its length in bytes. @throws UsageError when it is no regular file, or longer than a recording may be */
export function checkRecording(path: string): number {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch {
    throw new UsageError(`${path} cannot be opened.`);
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new UsageError(`${path} is not a regular file.`);
    if (stats.size > RECORDING_BYTES_MAX) throw new UsageError(`${path} is too long for a recording.`);
    return stats.size;
  } finally {
    closeSync(file);
  }
}

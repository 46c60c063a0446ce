/** A file that is there whole or not at all, also for those who read it meanwhile. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes it under another name first, in its folder, which is made; then it takes its name, and the place of what stood
 * there.
 *
 * @param options mode of a new file, 0o666 less the umask if left out; flush: the bytes are on the disk before the name is
 */
export function writeWhole(
  file: string,
  content: Uint8Array | string,
  options: { mode?: number; flush?: boolean } = {},
): void {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, content, options);
  renameSync(unfinished, file);
}

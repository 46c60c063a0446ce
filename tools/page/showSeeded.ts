/** `holdfast sim --page`: a seeded world whose time is in the hand of whoever sees its page. */

import { UsageError } from '../cli/failure.js';
import type { SimResult } from '../sim/run.js';
import { readPage } from './files.js';
import { pageFolder } from './folder.js';
import { LogWorld } from './logWorld.js';
import { readNamedFile } from './namedFile.js';
import { openBrowser } from './openBrowser.js';
import { LOG_BYTES_MAX, readLog } from './readLog.js';
import { SeededWorld, type SeededWorldOptions } from './seededWorld.js';
import { startPage } from './server.js';

/**
 * Serves it until the signal; the page stays when the world has ended. Resolves with its result, where it has one by then.
 * @param note gets the address @param isForPerson true: a browser may be opened
 * @throws Error with one line, when the page cannot be built or served; the signal's reason, when the world did not end
 */
export async function showSeeded(
  options: SeededWorldOptions,
  note: (line: string) => void,
  isForPerson: boolean,
): Promise<SimResult> {
  const { signal } = options;
  const world = new SeededWorld(options);
  const page = await startPage({ world, files: readPage(await pageFolder()), signal });
  try {
    note(`page: ${page.url}`);
    if (isForPerson) openBrowser(page.url);
    const result = await world.run();
    if (!signal.aborted)
      await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
    return result;
  } finally {
    await page.close();
  }
}

/** A log that was seen: its file, its lines and its SHA-256. */
export interface OpenedLog {
  ok: true;
  opened: string;
  lines: number;
  logHash: string;
}

/**
 * Serves the log of a run in a file until the signal. @returns its lines, and its SHA-256
 * @throws UsageError for a file that is no such log
 */
export async function showLog(
  path: string,
  signal: AbortSignal,
  note: (line: string) => void,
  isForPerson: boolean,
): Promise<OpenedLog> {
  const log = readLog(readNamedFile(path, LOG_BYTES_MAX));
  if (typeof log === 'string') throw new UsageError(`${path} cannot be opened. ${log}`);
  const world = new LogWorld(log, path);
  const page = await startPage({ world, files: readPage(await pageFolder()), signal });
  try {
    note(`page: ${page.url}`);
    if (isForPerson) openBrowser(page.url);
    if (!signal.aborted)
      await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
    return { ok: true, opened: path, lines: log.lines.length, logHash: log.sha256 };
  } finally {
    await page.close();
  }
}

/** The sources of an app, watched while somebody works on them. */
import { watch } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Milliseconds of quiet after which a change counts as saved: editors write a file in several steps. */
const QUIET_MS = 100;

/**
 * Calls back after each saved change of TypeScript beside the app, one call at a time; what is saved meanwhile makes one
 * more call. Resolves when the signal is aborted.
 */
export async function watchApp(
  app: string,
  signal: AbortSignal,
  onSaved: () => Promise<void>,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  let again = false;
  const run = async (): Promise<void> => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    do {
      again = false;
      await onSaved();
    } while (again && !signal.aborted);
    busy = false;
  };
  const watcher = watch(dirname(resolve(app)), (_, name) => {
    if (!name?.endsWith('.ts') || name.endsWith('.test.ts')) return;
    clearTimeout(timer);
    timer = setTimeout(() => void run(), QUIET_MS);
  });
  if (!signal.aborted) {
    await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  clearTimeout(timer);
  watcher.close();
}

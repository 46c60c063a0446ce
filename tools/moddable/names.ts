/**
 * Modules under a second name, of one line each: a module of an image has one name, by which the others import it, and
 * relative imports go by names, not by files.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeChanged } from '../../host-sim/engine/guests.js';

/** File → text. */
const texts: Readonly<Record<string, string>> = {
  // The module that authors import: all of it, so that there is one list of its names.
  'holdfastApp.js': `export * from 'firmware/app/face';\n`,
};

/** Writes them below a folder of generated files, where the manifests look for them. */
export function writeNames(folder: string): void {
  const names = join(folder, 'names');
  mkdirSync(names, { recursive: true });
  for (const [file, text] of Object.entries(texts)) writeChanged(join(names, file), text);
}

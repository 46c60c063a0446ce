/**
 * Modules of one line each that only an image of the SDK needs: a second name, since a module of an image has one, by
 * which the others import it; and the declaration of a C function.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeChanged } from '../../host-sim/engine/guests.js';

/** File → text. */
const texts: Readonly<Record<string, string>> = {
  // The module that authors import: all of it, so that there is one list of its names.
  'holdfastApp.js': `export * from 'firmware/app/face';\n`,
  // The SDK's C of TCP (modules/io/socket/lwip/tcp.c) has the functions of a listener too, and compiles only where a
  // module has named this one. The SDK's own module would let an app listen; of this one nobody can get hold.
  'listenerDeclaration.js': `class Listener extends Native('xs_listener_destructor_') {}\n`,
};

/** Writes them below a folder of generated files, where the manifests look for them. */
export function writeNames(folder: string): void {
  const names = join(folder, 'names');
  mkdirSync(names, { recursive: true });
  for (const [file, text] of Object.entries(texts)) writeChanged(join(names, file), text);
}

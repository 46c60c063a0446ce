/** The folder of the page as it is now. */
import { existsSync } from 'node:fs';
import { builtPage, packedPage } from './files.js';

/** In the package it is there, in the repository it is built. @throws vite's error */
export async function pageFolder(): Promise<string> {
  if (existsSync(packedPage)) return packedPage;
  const { buildPage } = await import('./build.js');
  await buildPage();
  return builtPage;
}

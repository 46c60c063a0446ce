/** Compiles what changed and writes the generated files. */
import { join } from 'node:path';
import { artefacts as cachedArtefacts, writeAtomically } from './cache.js';
import type { Artefacts } from './compile.js';
import { generatedFiles } from './generate.js';
import { repositoryFolder } from './sources.js';

/** The compiled contracts, and the changes that the build made. */
export interface BuildResult {
  artefacts: Artefacts;
  /** False when everything was there already. */
  compiled: boolean;
  /** Generated files that changed, relative to the repository. */
  written: string[];
}

/** Brings the compiled contracts and all generated files up to date. Throws CompileError with one line for a person. */
export function build(): BuildResult {
  const { artefacts, compiled } = cachedArtefacts();
  const written = Object.entries(generatedFiles(artefacts))
    .filter(([path, content]) => writeAtomically(join(repositoryFolder, path), content))
    .map(([path]) => path);
  return { artefacts, compiled, written };
}

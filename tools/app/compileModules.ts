/** An author's TypeScript as modules that Node runs: tests, scenarios. */
import { basename, join } from 'node:path';
import { type BuildFailure, build } from 'esbuild';
import { Failure } from '../cli/failure.js';

/**
 * Compiles TypeScript of an author to modules in `outdir`, and gives their paths. Packages are left to be found from there.
 * @throws Failure `source` with file and line
 */
export async function compileModules(files: readonly string[], outdir: string): Promise<string[]> {
  try {
    await build({
      entryPoints: [...files],
      outdir,
      ...{ bundle: true, packages: 'external', format: 'esm', platform: 'node', target: 'node20' },
      ...{ entryNames: '[name]', outExtension: { '.js': '.mjs' }, sourcemap: 'linked', logLevel: 'silent' },
    });
  } catch (error) {
    const [first] = (error as BuildFailure).errors ?? [];
    if (!first) throw error;
    const at = first.location ? `${first.location.file}:${first.location.line}: ` : '';
    throw new Failure('source', `${at}${first.text}`);
  }
  return files.map(file => join(outdir, basename(file).replace(/\.ts$/, '.mjs')));
}

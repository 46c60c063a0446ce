/** The types of the package: declarations of its faces, and of what those name. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { repositoryRoot } from '../../host-sim/node/repository.js';

/** Writes the declarations of `sources` (from the repository's root) into `folder`, each at its source's path. */
export function writeDeclarations(sources: readonly string[], folder: string): void {
  const file = join(repositoryRoot, 'tsconfig.json');
  const { config } = ts.readConfigFile(file, path => readFileSync(path, 'utf8'));
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, repositoryRoot);
  const program = ts.createProgram(
    sources.map(source => join(repositoryRoot, source)),
    {
      ...options,
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: repositoryRoot,
      outDir: folder,
    },
  );
  const { diagnostics } = program.emit(undefined, (path, text) => {
    // Nobody reads the generated interfaces of contracts: a fifth of their declarations is indentation.
    ts.sys.writeFile(path, path.endsWith('.generated.d.ts') ? text.replace(/^ +/gm, '') : text);
  });
  if (diagnostics.length > 0) {
    const [{ file: where, messageText }] = diagnostics;
    const what = ts.flattenDiagnosticMessageText(messageText, ' ');
    throw new Error(`${where ? relative(repositoryRoot, where.fileName) : 'declarations'}: ${what}`);
  }
}

/**
 * TypeScript, once for all files: the SDK starts tsc for each, which takes minutes. The options are those of the
 * tsconfigs that mcconfig wrote, and the results lie where its makefile looks for them, so that make finds them made.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { openPrivateMembers } from '../../host-sim/node/bundle/privateMembers.js';
import { repositoryRoot } from '../../host-sim/node/repository.js';

interface FileConfig {
  compilerOptions: { outDir: string };
  files: [string];
}

/** @param generated the folder that mcconfig filled. Returns how many files were translated. @throws Error */
export function transpile(generated: string, onProgress?: (line: string) => void): number {
  const modules = join(generated, 'modules');
  const base = join(modules, 'tsconfig-base.json');
  const names = readdirSync(modules, { recursive: true, encoding: 'utf8' });
  const configs = names.filter(name => name.endsWith('-tsconfig.json'));
  // A chip's modules are a bundle, and JavaScript.
  if (configs.length === 0) return 0;
  const options = optionsOf(base);
  let count = 0;
  for (const config of configs) {
    const { compilerOptions, files } = JSON.parse(readFileSync(join(modules, config), 'utf8')) as FileConfig;
    const [source] = files;
    // Of a module that was there at an earlier build and has moved since; the makefile asks for it no more.
    if (!existsSync(source)) continue;
    const output = join(compilerOptions.outDir, source.replace(/^[A-Za-z]:/, '').replace(/\.ts$/, '.js'));
    if (isNewer(output, [source, base])) continue;
    onProgress?.(`tsc ${source}`);
    const name = relative(repositoryRoot, source).replaceAll('\\', '/');
    const text = readFileSync(source, 'utf8');
    const { diagnostics = [], outputText } = ts.transpileModule(openPrivateMembers(name, text), {
      compilerOptions: options,
      fileName: source,
      reportDiagnostics: true,
    });
    if (diagnostics.length > 0) {
      const [{ messageText }] = diagnostics;
      throw new Error(`${source}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
    }
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(output, outputText);
    count++;
  }
  return count;
}

function optionsOf(base: string): ts.CompilerOptions {
  const { compilerOptions } = JSON.parse(readFileSync(base, 'utf8')) as { compilerOptions: object };
  const { options } = ts.convertCompilerOptionsFromJson({ ...compilerOptions, paths: {} }, dirname(base));
  return options;
}

function isNewer(output: string, than: readonly string[]): boolean {
  if (!existsSync(output)) return false;
  const made = statSync(output).mtimeMs;
  return than.every(file => statSync(file).mtimeMs < made);
}

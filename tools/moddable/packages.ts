/**
 * The npm packages of the firmware as ES modules, one a package, below `.build/moddable/packages`: the SDK's packer
 * takes no CommonJS and leaves nothing out, so each is bundled here with what the firmware names of it and no more.
 * Their platform-free parts stay as their authors wrote them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import * as esbuild from 'esbuild';
import ts from 'typescript';
import { clientHalf } from '../../host-sim/node/bundle/clientHalf.js';
import { packageAliases } from '../../host-sim/node/bundle/firmware.js';
import { smallBuffer } from '../../host-sim/node/bundle/smallBuffer.js';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { chipModules } from './chipModules.js';
import { withoutPatterns } from './patterns.js';

/** The folder in which the manifests look for them. */
export const packagesFolder = join(repositoryRoot, '.build', 'moddable', 'packages');

/** Stands for globals of a browser that a bare machine lacks. */
const textCodec = join(repositoryRoot, 'firmware', 'app', 'shims', 'textCodec.ts');

/** A package (with its path in it) → the names that the firmware imports from it, sorted. */
export function usedNames(files: readonly string[]): Map<string, string[]> {
  const used = new Map<string, Set<string>>();
  for (const file of files) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    for (const [specifier, name] of importedNames(source)) {
      if (!used.has(specifier)) used.set(specifier, new Set());
      used.get(specifier)!.add(name);
    }
  }
  return new Map([...used].sort().map(([specifier, names]) => [specifier, [...names].sort()]));
}

function* importedNames(source: ts.SourceFile): Generator<[string, string]> {
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const { importClause: clause, moduleSpecifier } = statement;
    const specifier = moduleSpecifier.text;
    if (!isPackage(specifier) || !clause || clause.isTypeOnly) continue;
    if (clause.name) yield [specifier, 'default'];
    const bindings = clause.namedBindings;
    if (bindings && ts.isNamedImports(bindings)) {
      for (const { isTypeOnly, name, propertyName } of bindings.elements) {
        if (!isTypeOnly) yield [specifier, (propertyName ?? name).text];
      }
    } else if (bindings) {
      for (const name of membersOf(source, bindings.name.text)) yield [specifier, name];
    }
  }
}

const { dependencies } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};

/** The rest are modules of the SDK. */
const isPackage = (specifier: string): boolean =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/') in dependencies;

/** Of `import * as v`: every `v.name` that is a value. */
function membersOf(source: ts.SourceFile, namespace: string): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      if (node.expression.text === namespace) names.push(node.name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

/**
 * Writes the packages of these source files; returns the specifier and the path of each.
 *
 * @param whole packages that are written with all that a chip can have, for sources that are not known yet
 */
export async function writePackages(
  files: readonly string[],
  folder = packagesFolder,
  whole: readonly string[] = [],
): Promise<Map<string, string>> {
  const written = new Map<string, string>();
  for (const [specifier, names] of usedNames(files)) {
    const file = join(folder, `${specifier.replace(/\.js$/, '')}.js`);
    const isWhole = whole.includes(specifier);
    const text = await bundlePackage(specifier, isWhole ? await wholeNames(specifier) : names, isWhole);
    mkdirSync(dirname(file), { recursive: true });
    // An unchanged file keeps its time, and make leaves it alone.
    if (read(file) !== text) writeFileSync(file, text);
    written.set(specifier, file);
  }
  return written;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Settings of a package's variables are made here: where a package is preloaded its variables are constants. */
const settings: Readonly<Record<string, string>> = {
  'mqtt-packet': `import library from 'mqtt-packet'; library.writeToStream.cacheNumbers = false;`,
};

const entryOf = (specifier: string, names: readonly string[]): string =>
  `${settings[specifier] ?? ''} export { ${names.join(', ')} } from '${specifier}';`;

/**
 * All names of a package, but for those that need a regular expression, and those that wait: a board checks what it was
 * sent at once, and the waiting twins of valibot's schemas are three tenths of it.
 */
async function wholeNames(specifier: string): Promise<string[]> {
  const made = await esbuild.build({
    ...{ absWorkingDir: repositoryRoot, bundle: true, write: false, metafile: true, format: 'esm' },
    stdin: { contents: `export * from '${specifier}'`, resolveDir: repositoryRoot, loader: 'js' },
  });
  const [{ exports, inputs }] = Object.values(made.metafile.outputs);
  const [file] = Object.keys(inputs).filter(path => path.includes('node_modules'));
  const atOnce = exports.filter(name => !name.endsWith('Async'));
  return withoutPatterns(readFileSync(join(repositoryRoot, file), 'utf8'), atOnce);
}

async function bundlePackage(specifier: string, names: readonly string[], isWhole: boolean): Promise<string> {
  const result = await esbuild.build({
    ...chipModules,
    stdin: {
      contents: entryOf(specifier, names),
      resolveDir: repositoryRoot,
      loader: 'js',
    },
    alias: { ...packageAliases, rlp: join('rlp', 'src', 'index.ts') },
    inject: [textCodec],
    // Beside a chip's bundle there are no modules of the firmware under names of their own.
    plugins: [smallBuffer, clientHalf, ...(isWhole ? [] : [keepFirmware])],
    tsconfigRaw: { compilerOptions: { target: 'ES2022' } },
    minifySyntax: true,
    // A package that is written whole goes to authors, who never read it.
    minifyWhitespace: isWhole,
    minifyIdentifiers: isWhole,
  });
  return result.outputFiles[0].text;
}

/** The firmware's modules that the shims use are not copied into a package: they are there, under their names. */
const keepFirmware: esbuild.Plugin = {
  name: 'keep-firmware',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const name = relative(repositoryRoot, join(resolveDir, path)).replaceAll('\\', '/');
      const kept = /^firmware\/(?!.*\/shims\/)/.test(name);
      return kept ? { path: name.replace(/\.js$/, ''), external: true } : undefined;
    });
  },
};

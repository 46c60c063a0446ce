/**
 * The compilation of TypeScript for Node, of a program for importCompiled.mjs and of all tests for their runner: our own
 * sources bundled with the packages that are many small files. Plain JavaScript, since it runs before anything is
 * compiled.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** ECMAScript modules of many files, which take longer to find than to run. Every other package stays where it is. */
const bundledPackages = /^(viem|ox|abitype|valibot|@noble\/|@scure\/)/;
/** Said in pieces, since this file is a source itself where a bundle has it in. */
const OWN_URL = ['import', 'meta', 'url'].join('.');
/** A bundle that is no longer current stays for so long: a process may still load parts of it late. */
const KEPT_MS = { program: 24 * 3600 * 1000, tests: 2 * 3600 * 1000 };

/**
 * Compiles `entry` into a folder below `folder`, and writes down in `folder`/current.json what it was made from.
 * Several processes may do so at the same time.
 *
 * @param {{ root: string, entry: string, folder: string, others: readonly string[] }} options `root` is the repository
 * and `folder` any folder in it, both absolute; `entry` and `others`, files that count as sources as well, are paths
 * from `root`
 * @returns {Promise<import('./importCompiled.mjs').Current>} what current.json says now
 * @throws esbuild's BuildFailure, or an error of the file system
 */
export async function compile({ root, entry, folder, others }) {
  const { version, sources } = await bundle({
    root,
    folder,
    others,
    entries: { entryPoints: [{ in: entry, out: 'program' }], outExtension: { '.js': '.mjs' } },
    urlOf: urlFrom,
  });
  const current = { program: `${version}/program.mjs`, sources };
  writeCurrent(folder, current);
  sweep(folder, version, KEPT_MS.program);
  return current;
}

/**
 * Compiles many modules at once, each to a file of its own (`test/a.test.ts` to `test/a.test.js`), what several of them
 * import only once. A bundle runs its imports of packages before its own code: a module that must come before a package
 * is named as `first`, and runs whole before the entries that import it.
 *
 * @param {{ root: string, entries: string[], folder: string, others: readonly string[], first?: string }} options
 * `entries`, `first`, and `others`, files that count as sources as well, are paths from `root`
 * @returns {Promise<string>} the absolute folder in which the compiled files lie as their sources do in `root`
 * @throws esbuild's BuildFailure, or an error of the file system
 */
export async function compileEach({ root, entries, folder, others, first }) {
  const stem = entry => entry.replace(/\.ts$/, '');
  const { version } = await bundle({
    root,
    folder,
    others: first === undefined ? others : [...others, first],
    entries: { entryPoints: entries.map(entry => ({ in: entry, out: stem(entry) })) },
    plugins: first === undefined ? [] : [without(join(root, first))],
    // The compiled files lie in folders of different depth: a path from one is wrong in another.
    urlOf: path => JSON.stringify(pathToFileURL(path).href),
    finish: async (making, { inputs }) => {
      const later = first === undefined ? [] : entries.filter(entry => importsOf(inputs, entry).has(first));
      if (later.length === 0) return;
      const entryPoints = [{ in: first, out: stem(first) }];
      await build({
        ...language,
        ...{ absWorkingDir: root, entryPoints, outdir: making, plugins: [packagesOutside] },
      });
      for (const entry of later) {
        const before = relative(dirname(entry), stem(first)).split(sep).join('/');
        const body = `${basename(stem(entry))}.body`;
        renameSync(join(making, `${stem(entry)}.js`), join(making, dirname(entry), `${body}.js`));
        writeFileSync(
          join(making, `${stem(entry)}.js`),
          `import './${before}.js';\nimport './${body}.js';\n`,
        );
      }
    },
  });
  sweep(folder, version, KEPT_MS.tests);
  return join(folder, version);
}

/**
 * @param {{ root: string, folder: string, others: readonly string[], entries: import('esbuild').BuildOptions,
 *   urlOf: (path: string, outside: string) => string, plugins?: import('esbuild').Plugin[],
 *   finish?: (making: string, made: import('esbuild').Metafile) => Promise<void> }} options `urlOf` is the expression
 *   that stands for `import.meta.url` in the source `path`; `finish` may add to the folder before it gets its name
 */
async function bundle({ root, folder, others, entries, urlOf, plugins = [], finish }) {
  const sources = new Map();
  const read = file => {
    const path = relative(root, file).split(sep).join('/');
    const { size, mtimeMs, ctimeMs } = statSync(file);
    const bytes = readFileSync(file);
    sources.set(path, { path, size, mtimeMs, ctimeMs, sha256: sha256(bytes) });
    return bytes.toString();
  };
  for (const other of others) read(join(root, other));
  const making = join(folder, `making-${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(making, { recursive: true });
  try {
    const { metafile } = await build({
      ...language,
      ...entries,
      metafile: true,
      absWorkingDir: root,
      outdir: making,
      plugins: [packagesOutside, ...plugins, ownSources(read, path => urlOf(path, making))],
    });
    await finish?.(making, metafile);
    const all = [...sources.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    const version = sha256(JSON.stringify(all.map(source => [source.path, source.sha256]))).slice(0, 32);
    settle(making, join(folder, version));
    return { version, sources: all };
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

/**
 * The expression for the URL of a source, in a compiled file that lies in `folder` itself.
 * @returns {string}
 */
export const urlFrom = (path, folder) => {
  const from = relative(folder, path).split(sep).join('/');
  return `new URL(${JSON.stringify(from)}, ${OWN_URL}).href`;
};

export const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

/** Writes `folder`/current.json whole or not at all, for whoever reads it at the same time. */
export function writeCurrent(folder, current) {
  const draft = join(folder, `current-${process.pid}-${randomBytes(4).toString('hex')}.json`);
  writeFileSync(draft, JSON.stringify(current));
  renameSync(draft, join(folder, 'current.json'));
}

/**
 * The language of compiled programs.
 * @satisfies {import('esbuild').BuildOptions}
 */
export const language = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  charset: 'utf8',
  legalComments: 'none',
  sourcemap: 'linked',
  sourcesContent: false,
  // Not what a tsconfig.json near some file says.
  tsconfigRaw: { compilerOptions: { target: 'ES2022', verbatimModuleSyntax: true } },
  logLevel: 'silent',
};

/** Another process may have made the same in the meantime: then its bundle stays. */
function settle(making, made) {
  try {
    renameSync(making, made);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) throw error;
  }
}

function sweep(folder, version, keptMs) {
  for (const name of readdirSync(folder)) {
    if (name === version || name === 'current.json') continue;
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    if (found && found.mtimeMs < Date.now() - keptMs)
      rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** @type {import('esbuild').Plugin} */
const packagesOutside = {
  name: 'packages-outside',
  setup(builder) {
    builder.onResolve({ filter: /^[^./]/ }, ({ kind, path }) =>
      kind === 'entry-point' || bundledPackages.test(path) ? undefined : { path, external: true },
    );
  },
};

/** The modules that a module imports, near or far, and itself. */
function importsOf(inputs, entry) {
  const found = new Set([entry]);
  for (const path of found) for (const { path: next } of inputs[path]?.imports ?? []) found.add(next);
  return found;
}

/**
 * Leaves a module out of the bundles that import it.
 * @returns {import('esbuild').Plugin}
 */
const without = file => ({
  name: 'without',
  setup(builder) {
    builder.onLoad({ filter: /\.ts$/ }, ({ path }) => (path === file ? { contents: '' } : undefined));
  },
});

/**
 * Hands each source to `read`, and lets `import.meta.url` in it mean the source and not the bundle.
 * @returns {import('esbuild').Plugin}
 */
export const ownSources = (read, urlOf) => ({
  name: 'own-sources',
  setup(builder) {
    builder.onLoad({ filter: /\.(ts|mjs|js|json)$/ }, ({ path }) => {
      if (path.includes(`${sep}node_modules${sep}`)) return undefined;
      const text = read(path);
      const extension = extname(path);
      if (extension === '.json') return { contents: text, loader: 'json' };
      return {
        contents: text.replaceAll(OWN_URL, urlOf(path)),
        loader: extension === '.ts' ? 'ts' : 'js',
      };
    });
  },
});

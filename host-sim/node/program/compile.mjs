/**
 * The compilation of a program's TypeScript, for importCompiled.mjs: one bundle of our own sources and of the packages
 * that are many small files. Plain JavaScript, since it runs before anything is compiled.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { build } from 'esbuild';

/** ECMAScript modules of many files, which take longer to find than to run. Every other package stays where it is. */
const bundledPackages = /^(viem|ox|abitype|valibot|@noble\/|@scure\/)/;
/** A bundle that is no longer current stays for so long: a process may still load parts of it late. */
const KEPT_MS = 24 * 3600 * 1000;

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
    await build({
      ...language,
      absWorkingDir: root,
      entryPoints: [{ in: entry, out: 'program' }],
      outdir: making,
      plugins: [packagesOutside, ownSources(read, making)],
    });
    const all = [...sources.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    const version = sha256(JSON.stringify(all.map(source => [source.path, source.sha256]))).slice(0, 32);
    settle(making, join(folder, version));
    const current = { program: `${version}/program.mjs`, sources: all };
    writeCurrent(folder, current);
    sweep(folder, version);
    return current;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

export const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

/** Writes `folder`/current.json whole or not at all, for whoever reads it at the same time. */
export function writeCurrent(folder, current) {
  const draft = join(folder, `current-${process.pid}-${randomBytes(4).toString('hex')}.json`);
  writeFileSync(draft, JSON.stringify(current));
  renameSync(draft, join(folder, 'current.json'));
}

/** @satisfies {import('esbuild').BuildOptions} */
const language = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  charset: 'utf8',
  legalComments: 'none',
  outExtension: { '.js': '.mjs' },
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

function sweep(folder, version) {
  for (const name of readdirSync(folder)) {
    if (name === version || name === 'current.json') continue;
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    if (found && found.mtimeMs < Date.now() - KEPT_MS)
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

/**
 * Hands each source to `read`, and lets `import.meta.url` in it mean the source and not the bundle in `outside`.
 * @returns {import('esbuild').Plugin}
 */
const ownSources = (read, outside) => ({
  name: 'own-sources',
  setup(builder) {
    builder.onLoad({ filter: /\.(ts|mjs|js|json)$/ }, ({ path }) => {
      if (path.includes(`${sep}node_modules${sep}`)) return undefined;
      const text = read(path);
      const extension = extname(path);
      if (extension === '.json') return { contents: text, loader: 'json' };
      const from = relative(outside, path).split(sep).join('/');
      const here = `new URL(${JSON.stringify(from)}, import.meta.url).href`;
      return {
        contents: text.replaceAll('import.meta.url', here),
        loader: extension === '.ts' ? 'ts' : 'js',
      };
    });
  },
});

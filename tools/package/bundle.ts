/** The compiled half of the package: ECMAScript modules with source maps, made from our sources and the packages inside. */
import { readFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import * as esbuild from 'esbuild';
import { build as buildContracts } from '../../contracts/build/build.js';
import { packageAliases } from '../../host-sim/node/bundle/firmware.js';
import { language, ownSources, urlFrom } from '../../host-sim/node/program/compile.mjs';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { absent, dependencies, faces, insideToo, programs } from './contents.js';
import { shortenSourceMaps } from './sourceMaps.js';

/** The packages that went inside, each as a folder from the repository's root. */
export type Inside = ReadonlySet<string>;

/** Writes `dist/` of the package into `folder`. @throws esbuild's BuildFailure */
export async function bundle(folder: string): Promise<Inside> {
  const portable = faces.filter(face => face.portable);
  const outdir = join(folder, 'dist');
  const shared: esbuild.BuildOptions & { metafile: true } = {
    ...language,
    outExtension: { '.js': '.mjs' },
    absWorkingDir: repositoryRoot,
    outdir,
    metafile: true,
    // For Node it is CommonJS that asks for Node by `require`, which no module has; for pages it is the same in modules.
    alias: { yaml: join(repositoryRoot, 'node_modules/yaml/browser/index.js') },
    // A third of the size; source maps lead back to the lines. Names stay whole: the maps have none.
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [
      packetsAsOnBoard,
      outside,
      contractsInside,
      wordsLeftOut,
      packagesShortened,
      ownSources(
        file => readFileSync(file, 'utf8'),
        path => urlFrom(path, join(repositoryRoot, 'dist')),
      ),
    ],
  };
  const made = [
    await esbuild.build({
      ...shared,
      entryPoints: [
        ...programs.map(source => ({ in: source, out: source.replace(/\.ts$/, '').replaceAll('/', '-') })),
        ...faces.filter(face => !face.portable).map(({ name, source }) => ({ in: source, out: name })),
      ],
    }),
    await esbuild.build({
      ...shared,
      splitting: false,
      platform: 'neutral',
      mainFields: ['module', 'main'],
      target: 'es2022',
      entryPoints: portable.map(({ name, source }) => ({ in: source, out: name })),
    }),
  ];
  shortenSourceMaps(outdir);
  return new Set(made.flatMap(({ metafile }) => Object.keys(metafile.inputs).flatMap(packageFolder)));
}

const packageFolder = (input: string): string[] => {
  const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  return found ? [found[1]] : [];
};

const nameOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** A dependency stays outside where we ask for it; where a package inside does, its own version may be another. */
const outside: esbuild.Plugin = {
  name: 'dependencies-outside',
  setup(builder) {
    const names = new Set([...dependencies, ...absent].filter(name => !insideToo.includes(name)));
    builder.onResolve({ filter: /^[^./]/ }, ({ importer, path }) => {
      const isOurs = !importer.includes(`${sep}node_modules${sep}`);
      return isOurs && names.has(nameOf(path)) ? { path, external: true } : undefined;
    });
  },
};

/** A map of one place: the first of the file stands for all of it. An empty one is passed over. */
const mapOf = (file: string): string =>
  Buffer.from(JSON.stringify({ version: 3, sources: [basename(file)], mappings: 'AAAA' })).toString('base64');

/** The first word of a module, after which a line may end. */
const firstWord = /^(?:(?:import|export|var|let|const|class|function)\b|"use strict";)/;

/**
 * The packages inside have short names, and a place a file in the source maps: nobody has their sources beside the package,
 * and their part of the maps was larger than ours. The place is the first line: nothing of the second has one.
 */
const packagesShortened: esbuild.Plugin = {
  name: 'packages-shortened',
  setup(builder) {
    builder.onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(readFileSync(path, 'utf8'), {
        minify: true,
        // NOTICES.txt says whose they are, in full.
        legalComments: 'none',
      });
      return {
        contents: `${code.replace(firstWord, '$&\n')}\n//# sourceMappingURL=data:application/json;base64,${mapOf(path)}\n`,
        loader: 'js',
      };
    });
  },
};

/** Beside mqtt-packet stands what a board has beside it, and Node's own Buffer. */
const packetsAsOnBoard: esbuild.Plugin = {
  name: 'packets-as-on-board',
  setup(builder) {
    const asks = /[\\/](?:node_modules[\\/]mqtt-packet|firmware[\\/]mqtt[\\/]shims)[\\/]/;
    builder.onResolve({ filter: /^[\w-]+$/ }, ({ importer, path }) => {
      if (!asks.test(importer)) return undefined;
      if (path === 'buffer') return { path, namespace: 'of-node' };
      return path in packageAliases ? { path: packageAliases[path] } : undefined;
    });
    builder.onLoad({ filter: /^buffer$/, namespace: 'of-node' }, () => ({
      contents: 'export const { Buffer } = globalThis;',
      loader: 'js',
    }));
  },
};

/** The words of mnemonics, in ten languages, are left out: viem's accounts bring them along, and nothing here uses one. */
const wordsLeftOut: esbuild.Plugin = {
  name: 'words-left-out',
  setup(builder) {
    builder.onLoad({ filter: /[\\/]bip39[\\/].*wordlists[\\/][^\\/]+\.js$/ }, () => ({
      contents: 'export const wordlist = [];',
      loader: 'js',
    }));
  },
};

/** The contracts as they are compiled now, in place of what compiles them: no package has a compiler for Solidity. */
const contractsInside: esbuild.Plugin = {
  name: 'contracts-inside',
  setup(builder) {
    builder.onLoad({ filter: /[\\/]contracts[\\/]build[\\/]build\.ts$/ }, ({ path }) => {
      if (relative(repositoryRoot, path).split(sep).join('/') !== 'contracts/build/build.ts')
        return undefined;
      const { artefacts } = buildContracts();
      const contents = `const artefacts = ${JSON.stringify(artefacts)};
export const build = () => ({ artefacts, compiled: false, written: [] });`;
      return { contents, loader: 'js' };
    });
  },
};

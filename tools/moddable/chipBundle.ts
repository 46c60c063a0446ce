/**
 * The firmware of a chip as one bundle: what nothing uses is left out, and a name within it costs nothing. As modules of
 * their own its files took 160 KB more, for to XS each import and export is a slot, and each name a string and a slot.
 * The modules of the SDK are imported by their names.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as esbuild from 'esbuild';
import { clientHalf } from '../../host-sim/node/bundle/clientHalf.js';
import { packageAliases } from '../../host-sim/node/bundle/firmware.js';
import { ownTypeScript } from '../../host-sim/node/bundle/language.js';
import { openPrivateMembers } from '../../host-sim/node/bundle/privateMembers.js';
import { shrink } from '../../host-sim/node/bundle/shrink.js';
import { smallBuffer } from '../../host-sim/node/bundle/smallBuffer.js';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { chipModules } from './chipModules.js';
import { FACADE } from './facade.js';

export interface ChipBundle {
  /** Name of a module → its JavaScript: the main one, the façade for apps and mods (FACADE), and what both are made of. */
  modules: Map<string, string>;
  /** Files that went in, from the repository's root. */
  inputs: string[];
  /** Modules of the SDK, and of a project, that they import. */
  imports: string[];
}

const MAIN = 'firmware/esp32/main';
const SHARED = 'firmware/shared';
/** The app of an image that is built in this repository. */
export const RELAY = 'firmware/apps/relay/app.ts';
/** The network that an image is built for. */
export const chipNetworks = ['wifi', 'ethernet'] as const;
export type ChipNetwork = (typeof chipNetworks)[number];

/** The app's module in a project that is built elsewhere; its manifest names the file. */
const PROJECT_APP = 'project/app';

/** TypeScript that a chip leaves out, since it has the same in C: file → its stand-in, from the repository's root. */
const absent: Readonly<Record<string, string>> = {
  'firmware/crypto/portable.ts': 'firmware/crypto/absent/portable.ts',
  'firmware/json/portable.ts': 'firmware/json/absent/portable.ts',
};

/**
 * Members that were private begin so, and nothing else does: they are renamed throughout. Each file counts its own, and
 * no class of ours extends another, so that few names do for all: to XS a name is a slot, a pointer and its letters.
 */
const openedName = (_: string, place: number): string => `_$${place}`;

/**
 * Makes them.
 *
 * @param app the file of an app that goes in, from the repository's root; it is left to the project's manifest if left
 *   out
 * @throws esbuild's BuildFailure
 */
export async function bundleChip(app?: string, network: ChipNetwork = 'wifi'): Promise<ChipBundle> {
  const result = await esbuild.build({
    ...chipModules,
    entryPoints: { [MAIN]: `${MAIN}.ts`, [FACADE]: `${FACADE}.ts` },
    splitting: true,
    chunkNames: SHARED,
    outdir: repositoryRoot,
    metafile: true,
    alias: { ...packageAliases, rlp: join('rlp', 'src', 'index.ts') },
    plugins: [
      textCodec,
      smallBuffer,
      clientHalf,
      leaveOut,
      uplinkOf(network),
      leaveToOthers(app),
      openMembers,
    ],
    ...ownTypeScript,
    minify: true,
    mangleProps: /^_\$/,
  });
  const imports = Object.values(result.metafile.outputs).flatMap(output => output.imports);
  const small = result.outputFiles.map(
    async ({ path, text }): Promise<[string, string]> => [
      fromRoot(path).replace(/\.js$/, ''),
      await shrink(text, { isModule: true }),
    ],
  );
  return {
    modules: new Map(await Promise.all(small)),
    inputs: Object.keys(result.metafile.inputs).sort(),
    imports: imports
      .flatMap(({ external, kind, path }) => (external && kind !== 'dynamic-import' ? [path] : []))
      .sort(),
  };
}

const fromRoot = (file: string): string => relative(repositoryRoot, file).replaceAll('\\', '/');

/**
 * The shim of what valibot and rlp miss, imported where it is used. esbuild's own `inject` gives it to every file, and
 * each of them then begins it: 287 calls.
 */
const textCodec: esbuild.Plugin = {
  name: 'text-codec',
  setup(build) {
    const shim = JSON.stringify(join(repositoryRoot, 'firmware', 'app', 'shims', 'textCodec.ts'));
    build.onLoad({ filter: /[\\/]node_modules[\\/](valibot|rlp)[\\/].*\.(m?js|ts)$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const names = ['TextEncoder', 'TextDecoder'].filter(name => text.includes(`new ${name}`));
      const shimmed = names.length === 0 ? text : `import { ${names.join(', ')} } from ${shim};\n${text}`;
      return { contents: shimmed, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};

const leaveOut: esbuild.Plugin = {
  name: 'leave-out',
  setup(build) {
    // Imported only where there is none in C, and then by name.
    build.onResolve({ filter: /\/portableBls\.js$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: 'firmware/beacon/portableBls', external: true } : undefined,
    );
    build.onResolve({ filter: /^\..*\/portable\.js$/ }, ({ path, resolveDir }) => {
      const name = fromRoot(join(resolveDir, path)).replace(/\.js$/, '.ts');
      return name in absent ? { path: join(repositoryRoot, absent[name]) } : undefined;
    });
  },
};

/** Of the ways to a network only one goes in. */
const uplinkOf = (network: ChipNetwork): esbuild.Plugin => ({
  name: 'uplink',
  setup(build) {
    if (network === 'wifi') return;
    build.onResolve({ filter: /^\.\/uplink\.js$/ }, ({ resolveDir }) => ({
      path: join(resolveDir, network, 'uplink.ts'),
    }));
  },
});

/** The SDK's modules are the SDK's, and the app a project's unless it is given. */
const leaveToOthers = (app: string | undefined): esbuild.Plugin => ({
  name: 'leave-to-others',
  setup(build) {
    const sdk = /^(embedded:.*|mc\/.*|Resource|modules|net|timer)$/;
    build.onResolve({ filter: sdk }, ({ path }) => ({ path, external: true }));
    build.onResolve({ filter: new RegExp(`^${PROJECT_APP}$`) }, ({ path }) =>
      app === undefined ? { path, external: true } : { path: join(repositoryRoot, app) },
    );
  },
});

const openMembers: esbuild.Plugin = {
  name: 'open-members',
  setup(build) {
    build.onLoad({ filter: /[\\/]firmware[\\/].*\.ts$/ }, ({ path }) => ({
      contents: openPrivateMembers(fromRoot(path), readFileSync(path, 'utf8'), openedName),
      loader: 'ts',
    }));
  },
};

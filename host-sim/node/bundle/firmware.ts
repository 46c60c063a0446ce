/**
 * Makes one file of a firmware: a script for ES2021 that needs nothing but the language, so that the same text
 * runs in a bare `vm` context here and in XS on a chip. What needs Node fails here, not on the board.
 */
import { readFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { repositoryRoot } from '../repository.js';
import { authorsModules } from './authors.js';
import { clientHalf } from './clientHalf.js';
import { language, ownTypeScript } from './language.js';
import { openPrivateMembers } from './privateMembers.js';
import { smallBuffer } from './smallBuffer.js';

export interface FirmwareBundleOptions {
  /** Path of the entry module, absolute or from the repository's root. One of `entry` and `stdin` is needed. */
  entry?: string;
  /** Source text in place of an entry; its imports are resolved from `resolveDir` (the repository's root). */
  stdin?: { contents: string; resolveDir?: string; loader?: 'ts' | 'js' };
  /** Absolute path of the author's module that the source text imports as `holdfast:app`. */
  app?: string;
  plugins?: esbuild.Plugin[];
  /** Constants: the name, and its value as JSON or an identifier. */
  define?: Record<string, string>;
  /** True if left out: an image is what a board has to store. */
  minify?: boolean;
  /** True: with a source map, for whoever reads the stack of a fault. */
  sourceMap?: boolean;
  /** True: an app apart from its image, as the body of a function of `require` that returns the default export. */
  apart?: boolean;
}

export interface FirmwareBundle {
  /** A script whose evaluation sets the global `image` to the entry's exports, unless it is an app apart. */
  text: string;
  /** Every file that went in, from the repository's root, sorted. */
  inputs: string[];
  /** JSON; its sources are paths from the repository's root. */
  sourceMap?: string;
}

/** The bundle cannot be made; the message names file, line and reason. */
export class BundleError extends Error {}

const shims = path.join(repositoryRoot, 'firmware', 'mqtt', 'shims');

/** CommonJS leaves of mqtt-packet that want Node, and what stands for them on a board. */
export const packageAliases: Readonly<Record<string, string>> = {
  bl: path.join(shims, 'bl.cjs'),
  debug: path.join(shims, 'debug.cjs'),
  events: path.join(shims, 'events.cjs'),
  'process-nextick-args': path.join(shims, 'nextTick.cjs'),
  // Without the slash Node means its own.
  buffer: createRequire(import.meta.url).resolve('buffer/'),
};

/** In place of globals that a bare machine lacks and a package takes for granted. */
const globals = [path.join(repositoryRoot, 'firmware', 'app', 'shims', 'textCodec.ts')];

const refuseBuiltins: esbuild.Plugin = {
  name: 'refuse-builtins',
  setup(build) {
    const names = builtinModules
      .filter(name => !(name in packageAliases))
      .map(name => name.replace(/[/]/g, '\\/'));
    build.onResolve(
      { filter: new RegExp(`^(node:.*|(${names.join('|')}))$`) },
      ({ path: name, importer }) => {
        const from = path.relative(repositoryRoot, importer) || 'the entry';
        const text = `${name} is a Node built-in and no board has it (imported by ${from})`;
        return { errors: [{ text }] };
      },
    );
  },
};

const openMembers: esbuild.Plugin = {
  name: 'open-members',
  setup(build) {
    build.onLoad({ filter: /[\\/]firmware[\\/].*\.ts$/ }, ({ path: file }) => {
      const name = path.relative(repositoryRoot, file).replaceAll('\\', '/');
      return { contents: openPrivateMembers(name, readFileSync(file, 'utf8')), loader: 'ts' };
    });
  },
};

const script = { format: 'iife', globalName: 'image' } as const;
const apartBegins = '"use strict";var module={exports:{}};';
const apartEnds = 'return module.exports.default;';

/** Throws a BundleError. The same input gives the same text, wherever the repository lies. */
export async function bundleFirmware(options: FirmwareBundleOptions): Promise<FirmwareBundle> {
  const {
    app,
    entry,
    stdin,
    plugins = [],
    define = {},
    minify = true,
    sourceMap = false,
    apart = false,
  } = options;
  if ((entry === undefined) === (stdin === undefined))
    throw new BundleError('either an entry or a source text');
  try {
    const result = await esbuild.build({
      absWorkingDir: repositoryRoot,
      ...(entry !== undefined && { entryPoints: [entry] }),
      ...(stdin !== undefined && { stdin: { resolveDir: repositoryRoot, loader: 'ts', ...stdin } }),
      bundle: true,
      write: false,
      metafile: true,
      ...(apart ? { format: 'cjs', banner: { js: apartBegins }, footer: { js: apartEnds } } : script),
      platform: 'neutral',
      mainFields: ['module', 'main'],
      ...language,
      legalComments: 'none',
      alias: { ...packageAliases },
      inject: globals,
      ...ownTypeScript,
      define,
      minify,
      ...(sourceMap && { sourcemap: 'external', sourcesContent: false, outfile: 'image.js' }),
      plugins: [...plugins, authorsModules(app, apart), smallBuffer, clientHalf, refuseBuiltins, openMembers],
      logLevel: 'silent',
    });
    const [map] = sourceMap ? result.outputFiles.splice(0, 1) : [];
    return {
      text: result.outputFiles[0].text,
      inputs: Object.keys(result.metafile.inputs).sort(),
      ...(map && { sourceMap: map.text }),
    };
  } catch (error) {
    throw new BundleError(describe(error));
  }
}

function describe(error: unknown): string {
  const { errors } = error as Partial<esbuild.BuildFailure>;
  if (!Array.isArray(errors) || errors.length === 0) return String(error);
  const lines = errors.slice(0, 5).map(({ text, location }) => {
    return location ? `${location.file}:${location.line}: ${text}` : text;
  });
  return lines.join('\n');
}

/**
 * The contents of the manifests, read without the SDK: which module lies in which file, and what is preloaded. Follows
 * the SDK's rules (documentation/tools/manifest.md) as far as our manifests use them; what lies in the SDK is left out.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';
import { repositoryRoot } from '../../host-sim/node/repository.js';

/** A platform, as manifests name it: `esp32`, `esp32/esp32c3`, `lin`. */
export type Platform = string;

export interface Manifests {
  /** The manifests that were read, in the order of their inclusion. */
  files: string[];
  /** Name of a module → its TypeScript or JavaScript. */
  modules: Map<string, string>;
  /** C sources and headers. */
  native: string[];
  /** Files, without their extension, that the manifests leave out. */
  leftOut: string[];
  /** Names of modules that the manifests ask to preload. */
  preload: Set<string>;
  /** The module that the machine begins with. */
  main: string;
  /** The modules that a manifest names and nobody has: "file: what". */
  missing: string[];
  /** Variables that the manifests set, as absolute paths where they begin with `./`. */
  variables: Map<string, string>;
}

interface Manifest {
  build?: Record<string, string>;
  include?: string | string[];
  modules?: Record<string, Sources>;
  preload?: string | string[];
  creation?: { main?: string };
  platforms?: Record<string, Manifest>;
}

type Sources = string | Source | (string | Source)[];
type Source = { source: string };

/** The folder of the generated parts of the build. */
export const buildFolder = join(repositoryRoot, '.build', 'moddable');

/**
 * @param without manifests that are passed over
 * @throws Error when a manifest cannot be read
 */
export function readManifests(
  platform: Platform,
  file = join(repositoryRoot, 'manifest.json'),
  without: readonly string[] = [],
): Manifests {
  const found: Manifests = {
    files: [],
    modules: new Map(),
    native: [],
    leftOut: [],
    preload: new Set(),
    main: 'main',
    missing: [],
    variables: new Map(),
  };
  include(found, file, platform, without);
  return found;
}

function include(found: Manifests, file: string, platform: Platform, without: readonly string[]): void {
  if (found.files.includes(file) || without.includes(file)) return;
  found.files.push(file);
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const special = platformOf(manifest, platform);
  for (const [name, value] of Object.entries(manifest.build ?? {})) {
    found.variables.set(name, value.startsWith('./') ? resolve(dirname(file), value) : value);
  }
  for (const part of special ? [manifest, special] : [manifest]) {
    for (const path of listOf(part.include)) {
      const target = resolveSource(found, file, path);
      if (target === undefined) continue;
      if (existsSync(target)) include(found, target, platform, without);
      else found.missing.push(`${file}: ${path}`);
    }
  }
  for (const part of special ? [manifest, special] : [manifest]) merge(found, file, part);
}

/** The most specific of `esp32/esp32c3`, `esp32`, as the SDK chooses. */
function platformOf({ platforms = {} }: Manifest, platform: Platform): Manifest | undefined {
  for (const parts = platform.split('/'); parts.length > 0; parts.pop()) {
    const name = parts.join('/');
    for (const [pattern, manifest] of Object.entries(platforms)) {
      if (pattern === name || (pattern.endsWith('/*') && name.startsWith(pattern.slice(0, -1))))
        return manifest;
    }
  }
  return undefined;
}

function merge(found: Manifests, file: string, part: Manifest): void {
  const modules = part.modules ?? {};
  for (const source of listOf(modules['~']))
    found.leftOut.push(resolveSource(found, file, sourceText(source)) ?? '');
  for (const [name, sources] of Object.entries(modules)) {
    // A module that "~" names is left out, whatever else would take it in.
    for (const source of listOf(sources)) if (name !== '~') addModules(found, file, name, sourceText(source));
  }
  for (const name of listOf(part.preload)) found.preload.add(name);
  if (part.creation?.main) found.main = part.creation.main;
}

function addModules(found: Manifests, file: string, name: string, source: string): void {
  const path = resolveSource(found, file, source);
  if (path === undefined) return;
  const { base, dir } = parse(path);
  // A folder with a slash at its end is one for headers.
  if (source.endsWith('/')) {
    if (!existsSync(path)) found.missing.push(`${file}: ${source}`);
    return;
  }
  const entries = existsSync(dir) ? readdirSync(dir) : [];
  const wild = base.endsWith('*');
  const stem = wild ? base.slice(0, -1) : base;
  let count = 0;
  for (const entry of entries) {
    const { ext, name: plain } = parse(entry);
    if (wild ? !plain.startsWith(stem) : plain !== stem && entry !== base) continue;
    if (entry.endsWith('.d.ts')) count++;
    else if (['.ts', '.js', '.mjs'].includes(ext)) {
      count++;
      const target = name.endsWith('*')
        ? name.slice(0, -1) + (wild ? plain.slice(stem.length) : plain)
        : name;
      if (found.leftOut.includes(join(dir, plain))) continue;
      if (!found.modules.has(target)) found.modules.set(target, join(dir, entry));
    } else if (['.c', '.h'].includes(ext)) {
      count++;
      found.native.push(join(dir, entry));
    }
  }
  if (count === 0) found.missing.push(`${file}: ${source}`);
}

/** Undefined when it lies in the SDK. */
function resolveSource({ variables }: Manifests, file: string, path: string): string | undefined {
  const text = path.replace(/\$\((\w+)\)/g, (all, name: string) => variables.get(name) ?? all);
  return text.includes('$(') ? undefined : resolve(dirname(file), text);
}

const sourceText = (source: string | Source): string => (typeof source === 'string' ? source : source.source);

function listOf<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

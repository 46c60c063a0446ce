/**
 * An app as a mod: an archive of the SDK (.xsa) with one module, `app`, whose default export makes the app out of the
 * ports. The host's façade is imported from it by name; whatever else of the firmware and of npm the app uses is bundled
 * in. The modules of the host are preloaded, so a mod that brings one of the same name is not heard.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { chipModules } from './chipModules.js';
import { FACADE } from './facade.js';
import { outputFolder } from './prepare.js';
import { type Sdk, sdkEnvironment } from './sdk.js';
import { runStep, type StepOptions } from './step.js';

export interface ModOptions {
  /** Of the files that the build leaves below `.build/moddable/out`; letters, digits and dashes. */
  name: string;
  /** TypeScript of the module `app`, its imports resolved from the repository's root; or `entry`. */
  source?: string;
  /** Path of that module. */
  entry?: string;
  /** More modules: name → JavaScript. For tests: a mod should have no other. */
  more?: Readonly<Record<string, string>>;
}

/** The archive's bytes. @throws StepFailed, esbuild's BuildFailure */
export async function buildMod(
  sdk: Sdk,
  { name, source, entry, more = {} }: ModOptions,
  watch: Pick<StepOptions, 'onProgress' | 'signal'> = {},
): Promise<Uint8Array> {
  const folder = join(outputFolder, 'mods', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const modules: Record<string, string> = {};
  const sources = { app: await bundleApp(source, entry, Object.keys(more)), ...more };
  Object.entries(sources).forEach(([module, text], i) => {
    writeFileSync(join(folder, `module${i}.js`), text);
    modules[module] = `./module${i}`;
  });
  const manifest = join(folder, 'manifest.json');
  writeFileSync(manifest, JSON.stringify({ build: { NAME: name }, modules }));
  const env = sdkEnvironment(sdk);
  // The archive is the same for every platform; this one needs neither a port nor ESP-IDF.
  await runStep('mcrun', ['-p', 'lin', '-o', outputFolder, manifest], {
    ...{ name: `mcrun.${name}`, cwd: folder, env },
    ...watch,
  });
  const made = join(outputFolder, 'tmp', 'lin', 'mc', 'release', name);
  await runStep('make', ['-f', 'makefile', 'build'], { name: `mod.${name}`, cwd: made, env, ...watch });
  return new Uint8Array(readFileSync(join(outputFolder, 'bin', 'lin', 'mc', 'release', name, 'mc.xsa')));
}

async function bundleApp(
  source: string | undefined,
  entry: string | undefined,
  external: string[],
): Promise<string> {
  const result = await esbuild.build({
    ...chipModules,
    ...(entry !== undefined && { entryPoints: [resolve(entry)] }),
    ...(source !== undefined && { stdin: { contents: source, resolveDir: repositoryRoot, loader: 'ts' } }),
    minifySyntax: true,
    tsconfigRaw: { compilerOptions: { target: 'ES2022', verbatimModuleSyntax: true } },
    external,
    plugins: [importFromHost],
  });
  return result.outputFiles[0].text;
}

/** The host's façade is left to it; the rest is the mod's own. */
const importFromHost: esbuild.Plugin = {
  name: 'import-from-host',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind === 'entry-point') return undefined;
      const name = relative(repositoryRoot, join(resolveDir, path))
        .replaceAll('\\', '/')
        .replace(/\.[jt]s$/, '');
      return name === FACADE ? { path: name, external: true } : undefined;
    });
  },
};

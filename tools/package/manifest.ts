/** The package.json of the package, from that of the repository. */
import { dependencies, faces, isOptional } from './contents.js';

export interface PackageManifest {
  name: string;
  version: string;
  description: string;
  license: string;
  type: string;
  engines: Record<string, string>;
  bin: Record<string, string>;
  dependencies: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** Of its types only: the code is inside. */
const peers = { viem: '^2.57.0' };

type Conditions = { types: string; default: string };

/** @throws Error that names a dependency which the repository does not have */
export function packageManifest(repository: PackageManifest): PackageManifest & {
  exports: Record<string, Conditions | string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional: boolean }>;
} {
  const { name, version, description, license, type, engines, bin } = repository;
  const versionOf = (dependency: string): [string, string] => {
    const pinned = repository.dependencies[dependency];
    if (!pinned) throw new Error(`${dependency} is no dependency of the repository`);
    return [dependency, pinned];
  };
  const optional = Object.entries(repository.optionalDependencies ?? {}).filter(([each]) => isOptional(each));
  return {
    ...{ name, version, description, license, type, engines, bin },
    exports: {
      ...Object.fromEntries(
        faces.map(({ name: face, source }) => [
          `./${face}`,
          { types: `./types/${source.replace(/\.ts$/, '.d.ts')}`, default: `./dist/${face}.mjs` },
        ]),
      ),
      './examples/*': './examples/*',
      './manifest.json': './manifest.json',
      './package.json': './package.json',
    },
    dependencies: Object.fromEntries(dependencies.map(versionOf)),
    optionalDependencies: Object.fromEntries(optional),
    peerDependencies: peers,
    peerDependenciesMeta: Object.fromEntries(Object.keys(peers).map(each => [each, { optional: true }])),
  };
}

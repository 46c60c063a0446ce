/** Builds the package that authors install, as a folder that `npm pack` makes a tarball of. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { buildPage } from '../page/build.js';
import { builtPage, packPage } from '../page/files.js';
import { bundle } from './bundle.js';
import { examples, faces, unchanged } from './contents.js';
import { writeDeclarations } from './declarations.js';
import { packageManifest } from './manifest.js';
import { writeModdable } from './moddable.js';
import { notices } from './notices.js';

/** The folder in which the package is built. */
export const packageFolder = join(repositoryRoot, '.build', 'package', 'holdfast');

/** The packages that are in the page's script. */
const insidePage = ['preact', '@preact/signals', '@preact/signals-core', 'uplot'].map(
  name => `node_modules/${name}`,
);

/** Builds the package anew in `folder`. @throws Error, XsMissing, esbuild's BuildFailure, CompileError of a contract */
export async function buildPackage(folder = packageFolder): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const path of unchanged) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(repositoryRoot, path), join(folder, path), { recursive: true });
  }
  await writeModdable(folder);
  const inside = await bundle(folder);
  await buildPage();
  cpSync(builtPage, join(folder, 'dist', 'page'), { recursive: true });
  packPage(join(folder, 'dist', 'page'));
  writeFileSync(
    join(folder, 'NOTICES.txt'),
    notices([...inside, ...insidePage].map(each => join(repositoryRoot, each))),
  );
  writeDeclarations(
    faces.map(({ source }) => source),
    join(folder, 'types'),
  );
  cpSync(join(repositoryRoot, examples), join(folder, 'examples'), { recursive: true });
  const repository = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(packageManifest(repository), null, 2)}\n`);
  cpSync(join(repositoryRoot, 'tools', 'package', 'pages'), folder, { recursive: true });
}

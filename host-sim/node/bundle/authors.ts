/** The modules that an author's app names: the framework's face, and packages of which an image must have one copy. */
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { repositoryRoot } from '../repository.js';

/** The specifier of the app in the main module of its image. */
export const APP_MODULE = 'holdfast:app';

const face = join(repositoryRoot, 'firmware', 'app', 'face.ts');
const resolved = Symbol('resolved');

/** The specifier of the framework's face. */
const FACE_MODULE = 'holdfast/app';

/**
 * @param app path of the app's module, absolute; none for images whose main module is given
 * @param apart true for an app apart from its image, which has the face
 */
export const authorsModules = (app?: string, apart = false): Plugin => ({
  name: 'authors-modules',
  setup(build) {
    const ofFace = apart ? { path: FACE_MODULE, external: true } : { path: face };
    build.onResolve({ filter: new RegExp(`^${FACE_MODULE}$`) }, () => ofFace);
    if (app !== undefined) build.onResolve({ filter: new RegExp(`^${APP_MODULE}$`) }, () => ({ path: app }));
    build.onResolve({ filter: /^valibot$/ }, async ({ kind, path, pluginData }) => {
      if (pluginData === resolved) return undefined;
      return build.resolve(path, { kind, resolveDir: repositoryRoot, pluginData: resolved });
    });
  },
});

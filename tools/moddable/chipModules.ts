/** The shape of modules that the Moddable SDK compiles, as esbuild makes them of ours, of a package or of a mod. */
import type * as esbuild from 'esbuild';
import { repositoryRoot } from '../../host-sim/node/repository.js';

/** ES modules without a platform, in ASCII, with nothing newer than XS has. */
export const chipModules = {
  absWorkingDir: repositoryRoot,
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  target: 'es2022',
  charset: 'ascii',
  legalComments: 'none',
  logLevel: 'silent',
} as const satisfies esbuild.BuildOptions;

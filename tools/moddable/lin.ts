/** The SDK's lin build of a board, and the loader that runs it without a screen. */
import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findCompiler, linkProgram } from '../../host-sim/engine/compiler.js';
import { linBoard, linLibrary } from '../../host-sim/moddable/spawn.js';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { outputFolder, prepare } from './prepare.js';
import { type Sdk, sdkEnvironment } from './sdk.js';
import { runStep, type StepOptions } from './step.js';
import { transpile } from './transpile.js';

const generated = join(outputFolder, 'tmp', 'lin', 'mc', 'release', 'holdfast');
const made = join(outputFolder, 'bin', 'lin', 'mc', 'release', 'holdfast', 'mc.so');

/** @throws XsMissing, StepFailed, CompileError */
export async function buildLin(
  sdk: Sdk,
  watch: Pick<StepOptions, 'onProgress' | 'signal'> = {},
): Promise<string> {
  await prepare('lin');
  const env = sdkEnvironment(sdk);
  const manifest = join(repositoryRoot, 'manifest.json');
  await runStep('mcconfig', ['-p', 'lin', '-o', outputFolder, manifest], {
    ...{ name: 'mcconfig.lin', cwd: repositoryRoot, env },
    ...watch,
  });
  transpile(generated, watch.onProgress);
  await runStep('make', ['-f', 'makefile', 'build'], { name: 'build.lin', cwd: generated, env, ...watch });
  mkdirSync(dirname(linLibrary), { recursive: true });
  // Boards that run have the old one mapped.
  copyFileSync(made, `${linLibrary}.new`);
  renameSync(`${linLibrary}.new`, linLibrary);
  const loader = join(repositoryRoot, 'host-sim', 'moddable', 'host', 'loader.c');
  await linkProgram(await findCompiler(), [loader], linBoard, ['-O1', '-ldl']);
  return generated;
}

/** The parts of a chip's image: the files of its bundle by their packages, packages of C, the SDK, ESP-IDF, the compilers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { inputsOf } from '../../host-sim/image/inputs.js';
import type { ChipParts } from '../chip/partsFile.js';
import { buildFolder } from './modules.js';
import { inputsFile } from './prepare.js';
import type { Idf, Sdk } from './sdk.js';

/** Packages of which C is in every chip's image; a package has one file here that stands for its version. */
const nativePackages = ['@chainsafe/blst', 'secp256k1'].map(name =>
  join('node_modules', name, 'package.json'),
);

/** @param object the linked modules as compiled, which name their compiler */
export function partsOf(sdk: Sdk, idf: Idf, object: Uint8Array): ChipParts {
  const paths = JSON.parse(readFileSync(inputsFile(buildFolder), 'utf8')) as string[];
  return {
    inputs: inputsOf([...paths, ...nativePackages], undefined, undefined),
    foreign: [
      {
        ...{ name: 'moddable', version: sdk.version },
        purl: `pkg:github/Moddable-OpenSource/moddable@${sdk.version}`,
      },
      { name: 'esp-idf', version: idf.version, purl: `pkg:github/espressif/esp-idf@${idf.version}` },
    ],
    compilers: { esbuild: esbuild.version, gcc: compilerOf(object) },
  };
}

/** The words of GCC about itself in what it compiled. */
export const compilerOf = (object: Uint8Array): string =>
  /GCC: (\([^)\0]{0,100}\) [\w.-]{1,40})/.exec(Buffer.from(object).toString('latin1'))?.[1] ?? 'unknown';

/**
 * The parts of an application for a chip, in a file beside it: `npm run build:esp32` writes it, and `holdfast chip image`
 * makes the list of parts of it (CycloneDX), which names the image's SHA-256 and is named by the manifest.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Inputs } from '../../host-sim/image/inputs.js';
import type { ForeignPart } from '../../host-sim/image/sbom.js';

/** Name of the file, in the folder of the application. */
export const partsName = 'holdfast.parts.json';

export interface ChipParts {
  inputs: Inputs;
  /** The SDK and ESP-IDF. */
  foreign: readonly ForeignPart[];
  /** Name of a compiler → its version. */
  compilers: Readonly<Record<string, string>>;
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Puts the parts beside their application. */
export function writeParts(folder: string, application: Uint8Array, parts: ChipParts): void {
  const text = JSON.stringify({ application: sha256Of(application), ...parts }, null, 2);
  writeFileSync(join(folder, partsName), `${text}\n`);
}

/** The parts of exactly this application; undefined where there are none, or those of another build. */
export function readParts(folder: string, application: Uint8Array): ChipParts | undefined {
  const file = join(folder, partsName);
  if (!existsSync(file)) return undefined;
  const { application: sha256, ...parts } = JSON.parse(readFileSync(file, 'utf8')) as ChipParts & {
    application: string;
  };
  return sha256 === sha256Of(application) ? parts : undefined;
}

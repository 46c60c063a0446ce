/** The image for the emulated C3 and what lies beside it, as `npm run build:esp32` left them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flashFile } from '../../host-sim/c3/emulator.js';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { buildFiles, checkBuild, checkFitting } from '../chip/buildCheck.js';
import { bodyOfApplication, unpackImage } from '../chip/chipImage.js';
import { wholeFlash } from '../chip/wholeFlash.js';
import { Failure } from '../cli/failure.js';

/** The folder of the build; tools/moddable has the rest of its names, and needs the SDK. */
const BUILD = join('.build', 'moddable', 'out', 'bin', 'esp32', 'esp32c3', 'release', 'holdfast');
const APPLICATION = 'xs_esp32.bin';
const REMEDY =
  'npm run build:esp32 -- --target esp32c3 --network ethernet builds one; it needs the Moddable SDK and ESP-IDF';

export interface ChipBuild {
  folder: string;
  application: Uint8Array;
  /** Writes the flash of a new chip that runs `image` into the board's directory. */
  flash(directory: string, image: Uint8Array): void;
}

/**
 * The build of this repository, checked as the chip's bootloader would.
 *
 * @throws Failure `part` where there is none, or one for a chip with a radio, which the emulator has not; those of
 *   chip/buildCheck.ts
 */
export function findChipBuild(folder: string = join(repositoryRoot, BUILD)): ChipBuild {
  const file = join(folder, APPLICATION);
  if (!existsSync(file)) throw new Failure('part', `There is no image for the emulated C3: ${REMEDY}.`);
  const application = new Uint8Array(readFileSync(file));
  const build = checkBuild(folder, 'esp32c3');
  checkFitting(application, build);
  const settings = join(folder, buildFiles.settings);
  if (!existsSync(settings) || !/^CONFIG_ETH_USE_OPENETH=y$/m.test(readFileSync(settings, 'utf8')))
    throw new Failure(
      'part',
      `The image in ${folder} is for a radio, which the emulator has not: ${REMEDY}.`,
    );
  const bytes = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
  return {
    folder,
    application,
    flash(directory, image) {
      const parts = {
        bootloader: bytes(buildFiles.bootloader),
        table: bytes(buildFiles.table),
        otadata: bytes(buildFiles.otadata),
      };
      writeFileSync(flashFile(directory), wholeFlash({ ...build, ...parts, image: unpackImage(image) }));
    },
  };
}

/** The part of an image that is not its header. Later versions are the same application: only ESP-IDF links another. */
export const chipBody = async (): Promise<Uint8Array> => bodyOfApplication(findChipBuild().application);

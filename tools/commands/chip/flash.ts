import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGE_BYTES_MAX } from '../../../firmware/store/imageHeader.js';
import { buildFiles, checkBuild, checkFitting } from '../../chip/buildCheck.js';
import { unpackImage } from '../../chip/chipImage.js';
import { targets } from '../../chip/chips.js';
import { lines, runSteps } from '../../chip/run.js';
import { flashSteps } from '../../chip/steps.js';
import { wholeFlash } from '../../chip/wholeFlash.js';
import { defineCommand, flag, operand, requiredFlag, toggle } from '../../cli/command.js';
import { Failure, UsageError } from '../../cli/failure.js';
import { bytesOfFile, oneOf, path, text } from '../../cli/kinds.js';
import { writeWholeFiles } from '../../cli/wholeFiles.js';

export default defineCommand({
  summary: 'Write a first image into a chip, or say how',
  details:
    'Says which commands of esptool write the bootloader, the partition table and the image; with --run it runs them.\n' +
    'The build folder holds bootloader.bin, partition-table.bin and ota_data_initial.bin of npm run build:esp32; the table\n' +
    'says for how much flash. Nothing is written before all of it was checked, each file against the others.\n' +
    'With --file it writes the whole flash of a new chip into a file instead, for an emulator of that chip.',
  example: 'holdfast chip flash first.img --build build --target esp32c3 --port /dev/ttyUSB0 --run',
  operands: { image: operand(bytesOfFile(IMAGE_BYTES_MAX), 'the image file') },
  flags: {
    build: requiredFlag(path, 'where ESP-IDF’s files lie; the image’s pieces are written there'),
    target: requiredFlag(oneOf(...targets), 'the chip'),
    port: flag(text('PORT', 100), 'its serial port', '/dev/ttyUSB0'),
    file: flag(path, 'the file that becomes a whole flash; one that is there is replaced'),
    erase: toggle('erase the chip first: it forgets its key'),
    run: toggle('do it'),
  },
  run: async ({ flags, note, operands, signal }) => {
    const { build, erase, file, port, run, target } = flags;
    const pieces = unpack(operands.image);
    const place = (name: string) => join(build, name);
    const files = {
      bootloader: place(buildFiles.bootloader),
      table: place(buildFiles.table),
      otadata: place(buildFiles.otadata),
      application: place('holdfast.application.bin'),
      header: place('holdfast.header.bin'),
    };
    const parts = checkBuild(build, target);
    checkFitting(pieces.application, parts);
    const { version } = pieces.header;
    if (file !== undefined) {
      if (run || erase) throw new UsageError('--file stands for a new chip: leave out --run and --erase.');
      const [bootloader, table, otadata] = [files.bootloader, files.table, files.otadata].map(name =>
        readFileSync(name),
      );
      writeWholeFiles([[file, wholeFlash({ ...parts, bootloader, table, otadata, image: pieces })]]);
      return { ok: true, version, flash: parts.flash, done: true, file, steps: [] };
    }
    writeWholeFiles([
      [files.application, pieces.application],
      [files.header, pieces.first],
    ]);
    const steps = flashSteps({ target, port, files, flash: parts.flash, erase });
    if (run) await runSteps(steps, note, signal);
    return { ok: true, version, flash: parts.flash, done: run, file, steps };
  },
  show: ({ done, file, steps, version }) => {
    if (file !== undefined) return [`${file} is the flash of a new chip, with version ${version} in slot A.`];
    return done
      ? [`Version ${version} is on the chip. Next: holdfast chip wifi, then holdfast provision --serial PORT`]
      : [...lines(steps), 'Nothing was done: give --run to do it.'];
  },
});

function unpack(image: Uint8Array) {
  try {
    return unpackImage(image);
  } catch (error) {
    throw new Failure('image', `${(error as Error).message}.`);
  }
}

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { sectorSize } from '../../../firmware/esp32/slotLayout.js';
import { IMAGE_BYTES_MAX } from '../../../firmware/store/imageHeader.js';
import { sbomOf } from '../../../host-sim/image/sbom.js';
import { fieldsOf, type ManifestDocument, makeManifest, termsOf } from '../../../host-sim/node/manifest.js';
import { type Application, checkApplication } from '../../chip/application.js';
import { budgetLine, percentOf } from '../../chip/budget.js';
import { type Build, checkBuild, checkFitting, hasBuild } from '../../chip/buildCheck.js';
import { packApplication, unpackImage } from '../../chip/chipImage.js';
import { type Target, targets } from '../../chip/chips.js';
import { chipPartition } from '../../chip/partitions.js';
import { readParts } from '../../chip/partsFile.js';
import { defineCommand, flag, operand, requiredFlag, toggle } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { bytesOfFile, count, type Kind, oneOf, path } from '../../cli/kinds.js';
import { writeWholeFiles } from '../../cli/wholeFiles.js';
import { checkRequired, hardwareFlag, requiresFlag, revisionsFlag } from '../../settings/flags.js';

const bytesOfApplication = bytesOfFile(IMAGE_BYTES_MAX);

const applicationFile: Kind<{ bytes: Uint8Array; folder: string }> = {
  ...bytesOfApplication,
  parse: value => ({ bytes: bytesOfApplication.parse(value), folder: dirname(value) }),
};

export default defineCommand({
  summary: 'Make an image for a chip out of what ESP-IDF built',
  details:
    'APPLICATION is xs_esp32.bin of npm run build:esp32. The image is what a release channel publishes, with the manifest\n' +
    'that is written beside it (FILE.manifest, FILE.json). With --parts it is also written as the two pieces that lie apart\n' +
    'in flash (FILE.application.bin, FILE.header.bin).\n' +
    'Refused is what its chip would not start: format, places in memory, checksums. Bootloader, partition table and\n' +
    'settings are checked too where they lie beside APPLICATION. Of the parts that build:esp32 wrote there is made\n' +
    'the list of the image (CycloneDX, FILE.sbom.json).',
  example:
    'holdfast chip image xs_esp32.bin --version 1 --hardware 0x9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --out first.img',
  operands: { application: operand(applicationFile, 'the application') },
  flags: {
    version: requiredFlag(count(1, 0xffffffff), 'greater than that of every image before'),
    ...hardwareFlag,
    ...revisionsFlag,
    ...requiresFlag,
    out: requiredFlag(path, 'the image file'),
    target: flag(oneOf(...targets), 'the chip that it must be for; any if left out'),
    parts: toggle('write the pieces for a flasher too'),
    force: toggle('overwrite the files'),
  },
  run: async ({ flags, operands }) => {
    const { force, out, parts, target, version } = flags;
    checkRequired(flags.requires, version);
    const { id, name: hardwareName } = flags.hardware;
    const { bytes, folder } = operands.application;
    const { build, facts } = check(bytes, folder, target);
    const image = packApplication(bytes, version, bytesOfHash(id));
    const room = chipPartition('ota_0', build.flash).size;
    const pieces = unpackImage(image);
    const sha256 = `0x${createHash('sha256').update(image).digest('hex')}`;
    const made = readParts(folder, bytes);
    const described = { name: 'chip image', version, sha256: sha256.slice(2) };
    const sbom = made && sbomOf(described, made.inputs, made.compilers, made.foreign);
    const document: ManifestDocument = {
      ...{ format: 1, name: 'chip image', version, hardware: id },
      ...(hardwareName !== undefined && { hardwareName }),
      ...{ sha256, size: image.length },
      ...(made && { compilers: made.compilers, source: made.inputs.source }),
      ...(sbom !== undefined && { sbom: `0x${createHash('sha256').update(sbom).digest('hex')}` }),
      ...termsOf(flags),
    };
    const manifest = makeManifest(image, version, bytesOfHash(id), JSON.stringify(document), fieldsOf(flags));
    const files: [string, Uint8Array | string][] = [
      [out, image],
      [`${out}.manifest`, manifest.head],
      [`${out}.json`, manifest.document],
    ];
    if (sbom !== undefined) files.push([`${out}.sbom.json`, sbom]);
    if (parts) {
      files.push([`${out}.application.bin`, pieces.application], [`${out}.header.bin`, pieces.first]);
    }
    for (const [file] of files) {
      if (existsSync(file) && !force) {
        throw new Failure(
          'exists',
          `${file} exists and is left as it is: choose another name, or give --force.`,
        );
      }
    }
    writeWholeFiles(files);
    const { idf, target: chip } = facts;
    return {
      ok: true,
      image: out,
      version,
      hardware: id,
      size: image.length,
      room,
      sha256,
      target: chip,
      idf,
      ...(sbom !== undefined && { sbom: `${out}.sbom.json` }),
    };
  },
  show: ({ idf, image, room, sbom, sha256, size, target, version }) => [
    `${image}: version ${version} for the ${target}, built with ESP-IDF ${idf || 'unknown'}`,
    `${size} of ${room} bytes of a slot, ${percentOf(size, room)} %`,
    budgetLine('chip.image', size - sectorSize, true),
    `SHA-256 ${sha256}`,
    sbom === undefined
      ? 'No list of parts: its build left none beside it, or one of another application.'
      : `Parts ${sbom}`,
  ],
});

const bytesOfHash = (hash: string): Uint8Array => Buffer.from(hash.slice(2), 'hex');

/** The application, and what lies beside it; alone it must fit the smallest flash. */
function check(bytes: Uint8Array, folder: string, target?: Target): { build: Build; facts: Application } {
  const facts = checkApplication(bytes, target);
  const build: Build = hasBuild(folder)
    ? checkBuild(folder, facts.target, facts.signed ? 'bootloader-signed.bin' : undefined)
    : { target: facts.target, flash: '4MB' };
  return { build, facts: checkFitting(bytes, build) };
}

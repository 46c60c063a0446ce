import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { IMAGE_BYTES_MAX } from '../../../firmware/store/imageHeader.js';
import { type ManifestDocument, makeManifest } from '../../../host-sim/node/manifest.js';
import { packApplication, unpackImage } from '../../chip/chipImage.js';
import { chipPartition } from '../../chip/partitions.js';
import { defineCommand, operand, requiredFlag, toggle } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { bytesOfFile, count, hash, path } from '../../cli/kinds.js';

export default defineCommand({
  summary: 'Make an image for a chip out of what ESP-IDF built',
  details:
    'APPLICATION is xs_esp32.bin of npm run build:esp32. The image is what a release channel publishes, with the manifest\n' +
    'that is written beside it (FILE.manifest, FILE.json). With --parts it is also written as the two pieces that lie apart\n' +
    'in flash (FILE.application.bin, FILE.header.bin).',
  example:
    'holdfast chip image xs_esp32.bin --version 1 --hardware 0x9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --out first.img',
  operands: { application: operand(bytesOfFile(IMAGE_BYTES_MAX), 'the application') },
  flags: {
    version: requiredFlag(count(1, 0xffffffff), 'greater than that of every image before'),
    hardware: requiredFlag(hash, 'the hardware id, as the release channel has it'),
    out: requiredFlag(path, 'the image file'),
    parts: toggle('write the pieces for a flasher too'),
    force: toggle('overwrite the files'),
  },
  run: async ({ flags, operands }) => {
    const { force, hardware, out, parts, version } = flags;
    const image = pack(operands.application, version, hardware);
    const room = chipPartition('ota_0').size;
    if (image.length > room) {
      throw new Failure(
        'size',
        `The image has ${image.length} bytes and a slot has ${room}: leave something out.`,
      );
    }
    const pieces = unpackImage(image);
    const sha256 = `0x${createHash('sha256').update(image).digest('hex')}`;
    const document: ManifestDocument = {
      ...{ format: 1, name: 'chip image', version, hardware, sha256, size: image.length },
    };
    const manifest = makeManifest(image, version, bytesOfHash(hardware), JSON.stringify(document));
    const files: [string, Uint8Array | string][] = [
      [out, image],
      [`${out}.manifest`, manifest.head],
      [`${out}.json`, manifest.document],
    ];
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
    for (const [file, bytes] of files) writeFileSync(file, bytes);
    return { ok: true, image: out, version, hardware, size: image.length, room, sha256 };
  },
  show: ({ image, room, sha256, size, version }) => [
    `${image}: version ${version}, ${size} of ${room} bytes`,
    `SHA-256 ${sha256}`,
  ],
});

const bytesOfHash = (hash: string): Uint8Array => Buffer.from(hash.slice(2), 'hex');

function pack(application: Uint8Array, version: number, hardware: string): Uint8Array {
  try {
    return packApplication(application, version, bytesOfHash(hardware));
  } catch (error) {
    throw new Failure('application', `${(error as Error).message}.`);
  }
}

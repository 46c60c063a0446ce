import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { defineCommand, flag, operand, requiredFlag, toggle } from '../../cli/command.js';
import { Failure, UsageError } from '../../cli/failure.js';
import { count, hash, path, text } from '../../cli/kinds.js';

export default defineCommand({
  summary: 'Build an image from source',
  details:
    'ENTRY exports start(ports), like firmware/apps/relay/main.ts. The same source gives the same bytes on every machine.\n' +
    'Its manifest is written beside it: the head, which boards read and the release names (FILE.manifest), and the\n' +
    'document that says what the image was made of (FILE.json).',
  example:
    'holdfast image build firmware/apps/relay/main.ts --version 2 --hardware-name "my board 1" --out relay-2.img',
  operands: { entry: operand(path, 'the main module') },
  flags: {
    version: requiredFlag(count(1, 0xffffffff), 'greater than that of every image before'),
    hardware: flag(hash, 'the hardware id, as the release channel has it'),
    'hardware-name': flag(text('NAME', 100), 'a name instead, whose SHA-256 is the id'),
    name: flag(text('NAME', 100), 'what people call it', 'firmware'),
    out: requiredFlag(path, 'the image file'),
    force: toggle('overwrite the file'),
  },
  run: async ({ flags, operands }) => {
    const { name, out, version } = flags;
    const given = flags['hardware-name'];
    const hardware = flags.hardware ?? (given && `0x${createHash('sha256').update(given).digest('hex')}`);
    if (!hardware)
      throw new UsageError('holdfast image build needs --hardware HASH or --hardware-name NAME.');
    if (!existsSync(operands.entry))
      throw new Failure('file', `There is no file ${operands.entry}: name the main module.`);
    if (existsSync(out) && !flags.force) {
      throw new Failure(
        'exists',
        `${out} exists and is left as it is: choose another name, or give --force.`,
      );
    }
    const { buildImage } = await import('../../../host-sim/image/build.js');
    const image = await buildImage({ name, version, hardware, entry: operands.entry });
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, image.bytes);
    const { manifest, sha256, size } = image;
    writeFileSync(`${out}.manifest`, manifest.head);
    writeFileSync(`${out}.json`, manifest.document);
    const files = { image: out, manifest: `${out}.manifest`, document: `${out}.json` };
    return { ok: true, ...files, version, hardware, size, sha256, manifestHash: manifest.hash };
  },
  show: ({ hardware, image, sha256, size, version }) => [
    `${image}: version ${version}, ${size} bytes, for hardware ${hardware}`,
    `SHA-256 0x${Buffer.from(sha256).toString('hex')}`,
  ],
});

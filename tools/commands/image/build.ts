import { existsSync } from 'node:fs';
import { toHex } from '../../../firmware/bytes/hex.js';
import { buildApp } from '../../app/build.js';
import { hardwareLine } from '../../app/hardwareName.js';
import { mapOfImage } from '../../app/imageMap.js';
import { defineCommand, flag, operand, requiredFlag, toggle } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { count, oneOf, path, text } from '../../cli/kinds.js';
import { writeWholeFiles } from '../../cli/wholeFiles.js';
import { documentsOf, type NamedDocument } from '../../release/documents.js';
import { readImage } from '../../release/imageFacts.js';
import { checkRequired, hardwareFlag, requiresFlag, revisionsFlag } from '../../settings/flags.js';

export default defineCommand({
  summary: 'Build an image from source',
  details:
    'ENTRY is an app, whose default export makes it of a board (holdfast init writes one), or a main module that exports\n' +
    'start(ports). Types are checked by the TypeScript of its folder, and the image is started once in the simulator: what\n' +
    'would crash there is refused. The same source gives the same bytes on every machine. The manifest is written beside\n' +
    'the image: the head, which boards read and the release names (FILE.manifest), and the document that says what the\n' +
    'image was made of (FILE.json). The list of its parts lies beside them (CycloneDX, FILE.sbom.json), and the statement\n' +
    'of what it was built from, with the commit where the folder has one (SLSA, FILE.provenance.json). An app has its\n' +
    'face as well: its actions, with their params as JSON Schema (FILE.face.json). FILE.map is its source map, for\n' +
    'holdfast crashes; it is nobody’s but yours. --kind host makes an image that takes app images beside it, --kind app\n' +
    'such an app alone, a few KB: its hardware id is made of the board’s.',
  example: 'holdfast image build app.ts --version 2 --hardware "my board 1" --out app-2.img',
  operands: { entry: operand(path, 'the app, or a main module') },
  flags: {
    version: requiredFlag(count(1, 0xffffffff), 'greater than that of every image before'),
    ...hardwareFlag,
    kind: flag(oneOf('image', 'host', 'app'), 'with its app; taking apps; an app for such', 'image'),
    name: flag(text('NAME', 100), 'what people call it', 'firmware'),
    ...revisionsFlag,
    ...requiresFlag,
    out: requiredFlag(path, 'the image file'),
    'no-check': toggle('do not look at types'),
    force: toggle('overwrite the file'),
  },
  run: async ({ flags, operands, progress, signal, warn }) => {
    const { kind, name, out, requires, revisions, version } = flags;
    checkRequired(requires, version);
    const { id, name: hardwareName } = flags.hardware;
    if (existsSync(out) && !flags.force) {
      throw new Failure(
        'exists',
        `${out} exists and is left as it is: choose another name, or give --force.`,
      );
    }
    const { entry } = operands;
    const unchecked = flags['no-check'];
    const image = await buildApp({
      ...{ entry, name, version, hardware: id, hardwareName, kind, terms: { requires, revisions } },
      ...{ unchecked, progress, signal, warn },
    });
    const { manifest, sha256, size } = image;
    writeWholeFiles([
      [out, image.bytes],
      [`${out}.manifest`, manifest.head],
      [`${out}.json`, manifest.document],
      ...documentsOf(image).map(([name, text]) => [`${out}.${name}.json`, text] as const),
      ...(image.sourceMap ? [[`${out}.map`, mapOfImage(image.sourceMap, toHex(sha256))] as const] : []),
    ]);
    const named = documentsOf(image).map(([name]) => [name, `${out}.${name}.json`]);
    const files = {
      image: out,
      manifest: `${out}.manifest`,
      document: `${out}.json`,
      ...(Object.fromEntries(named) as Partial<Record<NamedDocument, string>>),
    };
    return {
      ok: true,
      ...files,
      ...{ kind, version, hardware: readImage(image.bytes).hardware },
      ...{
        hardwareName: kind === 'app' ? undefined : hardwareName,
        size,
        sha256,
        manifestHash: manifest.hash,
      },
    };
  },
  show: ({ hardware, hardwareName, image, sha256, size, version }) => [
    `${image}: version ${version}, ${size} bytes, for hardware ${hardwareLine(hardware, hardwareName)}`,
    `SHA-256 0x${Buffer.from(sha256).toString('hex')}`,
  ],
});

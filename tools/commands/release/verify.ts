import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { buildApp } from '../../app/build.js';
import { DOCUMENT_BYTES_MAX } from '../../app/imageFiles.js';
import {
  fetchedByHash,
  parsedDocument,
  publishedBytes,
  type SomeDocument,
} from '../../app/publishedDocument.js';
import { defineCommand, flag, operand, type Surroundings } from '../../cli/command.js';
import { count, path } from '../../cli/kinds.js';
import { publishedRelease } from '../../release/published.js';
import { type Difference, differences, hasSameParts } from '../../release/rebuilt.js';
import { channelFlags, imagesFlag } from '../../settings/flags.js';
import { existing, Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Build a published image again from its source, and compare it with the channel',
  details:
    'ENTRY is the source of the release, at its commit and with its packages. The same source gives the same bytes on every\n' +
    'machine, so an image with the SHA-256 that the channel holds was built from this source and nothing else. Where an\n' +
    'image server has the documents of the release, the list of its parts is compared too, and what differs is named:\n' +
    'compiler, package, or file. They are believed by the hash on chain alone. Exit status 1 when anything differs.',
  example: 'holdfast release verify app.ts --version 2',
  operands: { entry: operand(path, 'the app, or a main module') },
  flags: {
    ...channelFlags,
    ...imagesFlag,
    version: flag(count(1, 0xffffffff), 'which version; the newest if left out'),
  },
  run: async input => {
    const settings = new Settings(input.flags);
    const contracts = await settings.chain();
    const channel = settings.need('channel');
    const { hardware } = await existing(contracts.channel.read(channel), `release channel at ${channel}`);
    const release = await publishedRelease(contracts, channel, input.flags.version);
    const { imageSha256, version } = release;
    const images = settings.find('images');
    const published = images === undefined ? undefined : await documents(input, images, release);
    const name = typeof published?.document.name === 'string' ? published.document.name : 'firmware';
    const { progress, signal, warn } = input;
    const built = await buildApp({
      ...{ entry: input.operands.entry, hardware: fromHex(hardware, 32)!, name, version },
      ...{ hardwareName: hardwareNameOf(published?.document), progress, signal, unchecked: true, warn },
    });
    const sha256 = toHex(built.sha256);
    const isSame = sha256 === imageSha256;
    const parts = published && hasSameParts(published.document, built);
    const compared =
      published?.provenance === undefined ? undefined : differences(published.provenance, built.provenance!);
    const about = { channel, version, imageSha256, built: sha256 };
    return { ok: isSame && parts !== false, ...about, same: isSame, sameParts: parts, differences: compared };
  },
  show: ({ built, differences, imageSha256, same, sameParts, version }) => [
    same
      ? `Version ${version} is built from this source: ${imageSha256}, byte for byte.`
      : `Version ${version} is NOT built from this source as it is here: the channel holds ${imageSha256}, this source gives ${built}.`,
    ...(differences ?? []).map(differenceLine),
    ...(!same && differences?.length === 0
      ? [
          'Every compiler, package and file is the same: the image was not made by this framework as it is here.',
        ]
      : []),
    ...(same && sameParts === undefined
      ? ['The documents of the release are not at an image server: the list of its parts was not compared.']
      : []),
    ...(same && sameParts === true ? ['The published list of its parts is the one of this source.'] : []),
    ...(same && sameParts === false
      ? ['The published list of its parts is ANOTHER than the one of this source.']
      : []),
  ],
});

const differenceLine = ({ built, name, published }: Difference): string =>
  `  ${name}: published with ${published ?? 'none'}, here ${built ?? 'none'}`;

const hardwareNameOf = (document: SomeDocument | undefined): string | undefined =>
  typeof document?.hardwareName === 'string' ? document.hardwareName : undefined;

/** The document of the release and its provenance, where the server has them. Never throws. */
async function documents(
  { progress, warn }: Pick<Surroundings, 'progress' | 'warn'>,
  images: string,
  release: Parameters<typeof publishedBytes>[1],
): Promise<{ document: SomeDocument; provenance: string | undefined } | undefined> {
  progress?.(`asks ${images} for the documents of the release`);
  try {
    const bytes = await publishedBytes(images, release);
    const document = bytes && parsedDocument(bytes);
    if (!document) return undefined;
    const { provenance: hash } = document;
    const statement =
      typeof hash === 'string' && (await fetchedByHash(images, 'documents', hash, DOCUMENT_BYTES_MAX));
    return { document, provenance: statement ? Buffer.from(statement).toString() : undefined };
  } catch (error) {
    warn(`the documents of the release are not compared: ${images} says ${(error as Error).message}.`);
    return undefined;
  }
}

import { IMAGE_BYTES_MAX } from '../../../firmware/store/imageHeader.js';
import { MANIFEST_BYTES_MAX } from '../../../firmware/update/manifest.js';
import { seeToFinality } from '../../board/finality.js';
import { defineCommand, flag, operand, requiredFlag, type Surroundings } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { bytesOfFile, count, type Hex, namedFile, path } from '../../cli/kinds.js';
import { deltaLine, withDeltas } from '../../release/deltas.js';
import { documentsBeside } from '../../release/documents.js';
import { releaseFiles, writeFiles } from '../../release/files.js';
import { readImage, readManifest } from '../../release/imageFacts.js';
import { missingFiles, type ReleaseFiles } from '../../release/served.js';
import {
  readSignatureFile,
  refuseOtherRelease,
  releaseAuthority,
  type SignatureFile,
} from '../../release/signatureFile.js';
import {
  channelFlags,
  deltaFlags,
  imagesFlag,
  mineFlag,
  senderFlags,
  signerFlags,
} from '../../settings/flags.js';
import { existing, Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Publish an image in a release channel (release keys)',
  details:
    'Version and hardware are read from the image. Boards take it only if their owner approves it too. The first of\n' +
    'the signing keys also sends the transaction. Boards fetch image, manifest and sectors by their hashes: --site DIR\n' +
    'writes all three below a directory that any server of static files can serve, and with them the documents that lie\n' +
    'beside the manifest and that it names: what the image was made of, its face, the list of its parts, its provenance.\n' +
    '--from makes a delta from an image that boards run: they fetch that in place of the whole. The manifest names it and\n' +
    'has another hash then, so that whoever signs names the same --from.',
  example:
    'holdfast release publish relay-2.img --manifest relay-2.img.manifest --site www --signer a.json --signer b.json',
  operands: { image: operand(bytesOfFile(IMAGE_BYTES_MAX), 'the image file') },
  flags: {
    ...channelFlags,
    ...signerFlags,
    ...imagesFlag,
    ...deltaFlags,
    manifest: requiredFlag(
      namedFile(MANIFEST_BYTES_MAX),
      'the head of its manifest, as image build wrote it; its hash is published too',
    ),
    signatures: flag(path, 'what release sign gathered, in place of --signer; --keystore pays'),
    ...senderFlags,
    site: flag(path, 'a directory to write the files for boards below'),
    floor: flag(
      count(0, 0xffffffff),
      'the oldest version that may still be installed; as signed with --signatures',
    ),
    rollout: flag(count(0, 1000), 'how many of a thousand boards may take it', 1000),
    ...mineFlag,
  },
  run: async input => {
    const { flags, operands } = input;
    const settings = new Settings(flags);
    const { floor, from, keystore, manifest, rollout, signatures, signer, site } = flags;
    const gathered = signatures === undefined ? undefined : { keystore, file: readSignatureFile(signatures) };
    return publishImage(input, {
      ...{ settings, channel: settings.need('channel'), image: operands.image, keystores: signer, gathered },
      ...{ manifest: manifest.bytes, documents: documentsBeside(manifest.path, manifest.bytes) },
      ...{ bases: from, floor, rollout, site, mine: !flags['no-mine'] },
    });
  },
  show: ({ blockNumber, channel, deltas, imageSha256, rollout, size, version }) => [
    `Version ${version} is published in ${channel} since block ${blockNumber}: ${imageSha256}, ${size} bytes, ${rollout} of 1000 boards.`,
    ...(deltas.length > 0 ? [`With ${deltaLine(deltas, size)}.`] : []),
    `Next: holdfast release approve --version ${version}`,
  ],
});

interface Publishing {
  settings: Settings;
  channel: Hex;
  image: Uint8Array;
  /** The head of its manifest. */
  manifest: Uint8Array;
  /** Older images that boards run: a delta from each is made and named. */
  bases?: readonly Uint8Array[];
  /** The documents that the manifest names for people and tools; none if left out. */
  documents?: ReleaseFiles;
  /** Of release keys. */
  keystores: readonly string[];
  /** In their place: signatures of before, and the keystore of whoever pays. */
  gathered?: { file: SignatureFile; keystore: string | undefined } | undefined;
  site?: string | undefined;
  floor?: number | undefined;
  /** Boards of a thousand. */
  rollout: number;
  /** True: a development chain is mined until the release is final. */
  mine: boolean;
}

/** Publishes an image. @throws Failure `hardware`, and what reading it, keys and chain throw */
export async function publishImage(input: Surroundings, publishing: Publishing) {
  const { bases = [], channel, floor, mine, rollout, settings, site } = publishing;
  const image = readImage(publishing.image);
  readManifest(publishing.manifest, publishing.image, image);
  const deltas = withDeltas(publishing.manifest, publishing.image, bases);
  const manifest = deltas.head;
  const manifestHash = readManifest(manifest, publishing.image, image);
  const { authority, contracts } = await deciders(input, publishing);
  const { hardware } = await existing(contracts.channel.read(channel), `release channel at ${channel}`);
  if (hardware !== image.hardware) {
    throw new Failure(
      'hardware',
      `The image is for hardware ${image.hardware}, the channel for ${hardware}: no board would take it.`,
    );
  }
  const { imageSha256, size, version } = image;
  const { chainId } = contracts.chain;
  const { file } = publishing.gathered ?? {};
  if (file) refuseOtherRelease(file, { ...image, chainId, channel, manifestHash });
  const signed = file ?? { floor, rollout };
  const release = {
    ...{ version, imageSha256, size, manifestHash },
    ...{ floor: signed.floor, rollout: signed.rollout },
  };
  const { blockNumber, transactionHash } = await contracts.channel.publish(channel, release, authority);
  await seeToFinality(input, { rpc: settings.need('rpc'), chainId, block: blockNumber, mine });
  const needed = releaseFiles(publishing.image, imageSha256, manifest, manifestHash);
  const files: ReleaseFiles = new Map([...needed, ...deltas.files, ...(publishing.documents ?? [])]);
  if (site !== undefined) writeFiles(site, files);
  const served = await lookAtServer(input, settings.find('images'), files);
  return { ok: true, channel, ...release, deltas: deltas.lengths, served, blockNumber, transactionHash };
}

/** The signatures, and the contracts for whoever sends them. */
async function deciders(input: Surroundings, { gathered, keystores, settings }: Publishing) {
  if (gathered) {
    const contracts = await settings.chainAs(input, 'vendor', gathered.keystore);
    return { contracts, authority: releaseAuthority(gathered.file) };
  }
  const keys = await settings.signers(input, 'releaseKeys', keystores);
  return { contracts: await settings.chainWith(keys[0]), authority: await settings.authority(keys) };
}

/** True when the server has all that boards and people will ask for; says where to put what it lacks. */
async function lookAtServer(
  { warn }: Pick<Surroundings, 'warn'>,
  server: string | undefined,
  files: ReleaseFiles,
): Promise<boolean> {
  const missing = server === undefined ? [...files.keys()] : await missingFiles(server, files);
  if (missing.length === 0) return true;
  warn(
    `${server ?? 'no image server'} does not have all of this release: put ${missing.map(each => `/${each}`).join(', ')} there (--site DIR writes them).`,
  );
  return false;
}

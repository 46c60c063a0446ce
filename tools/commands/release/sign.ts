import { IMAGE_BYTES_MAX } from '../../../firmware/store/imageHeader.js';
import { MANIFEST_BYTES_MAX } from '../../../firmware/update/manifest.js';
import { defineCommand, flag, operand, requiredFlag } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { bytesOfFile, count, duration, type Hex, path } from '../../cli/kinds.js';
import { writeWholeFiles } from '../../cli/wholeFiles.js';
import { withDeltas } from '../../release/deltas.js';
import { readImage, readManifest } from '../../release/imageFacts.js';
import {
  publishData,
  readSignatureFile,
  refuseOtherRelease,
  type SignatureFile,
  signatureText,
  signersOf,
  withReleaseSignatures,
} from '../../release/signatureFile.js';
import { channelFlags, deltaFlags, signerFlags } from '../../settings/flags.js';
import { existing, Settings, signerOf } from '../../settings/settings.js';

const DAY_SECONDS = 86_400;

export default defineCommand({
  summary: 'Sign a release, in a file that goes from one release key to the next',
  details:
    'Each signer builds the image, or has it from the others and tries it with release verify: what is signed is compared\n' +
    'with the image at hand. The first names the file with --out, the others with --add. When the channel has enough\n' +
    'signatures, anybody publishes them: release publish --signatures FILE. Until then nothing is on chain.',
  example:
    'holdfast release sign relay-2.img --manifest relay-2.img.manifest --signer a.json --out relay-2.release.json',
  operands: { image: operand(bytesOfFile(IMAGE_BYTES_MAX), 'the image file') },
  flags: {
    ...channelFlags,
    ...signerFlags,
    ...deltaFlags,
    manifest: requiredFlag(
      bytesOfFile(MANIFEST_BYTES_MAX),
      'the head of its manifest, as image build wrote it',
    ),
    add: flag(path, 'add signatures to this file of another signer'),
    out: flag(path, 'the file to begin'),
    floor: flag(
      count(0, 0xffffffff),
      'the oldest version that may still be installed; the channel’s if left out',
    ),
    rollout: flag(count(0, 1000), 'how many of a thousand boards may take it', 1000),
    for: flag(duration(90 * DAY_SECONDS), 'how long the signatures are good (default 7d)', 7 * DAY_SECONDS),
  },
  run: async input => {
    const { flags, operands } = input;
    const { add, out } = flags;
    if ((add === undefined) === (out === undefined))
      throw new Failure(
        'signatures',
        'Begin a file with --out FILE, or sign one of another with --add FILE.',
      );
    const settings = new Settings(flags);
    const image = readImage(operands.image);
    readManifest(flags.manifest, operands.image, image);
    const { head } = withDeltas(flags.manifest, operands.image, flags.from);
    const manifestHash = readManifest(head, operands.image, image);
    const contracts = await settings.chain();
    const channel = settings.need('channel');
    const facts = await existing(contracts.channel.read(channel), `release channel at ${channel}`);
    const { chainId } = contracts.chain;
    const here = { ...image, chainId, channel, manifestHash };
    const file = add === undefined ? undefined : readSignatureFile(add);
    if (file) refuseOtherRelease(file, here);
    const now = await contracts.chain.now();
    if (file && file.deadline <= now)
      throw new Failure('signatures', `The time of ${add} is over: begin a new file with --out.`);
    const { floor = facts.floor, rollout } = flags;
    const { imageSha256, size, version } = image;
    const release = { chainId, channel, version, imageSha256, size, manifestHash, floor, rollout };
    const begun: SignatureFile = file ?? { ...release, deadline: now + flags.for, signatures: [] };
    const keys = await settings.signers(input, 'releaseKeys', flags.signer);
    const made: Hex[] = [];
    for (const key of keys) made.push(await (await signerOf(key)).signTypedData(publishData(begun)));
    const signed = await withReleaseSignatures(begun, made);
    const signers = await signersOf(signed);
    const stranger = signers.findIndex(one => !one || !facts.releaseKeys.includes(one));
    if (stranger >= 0)
      throw new Failure(
        'signatures',
        `${signers[stranger] ?? 'Nobody'} signed, and is none of the release keys of ${channel} (${facts.releaseKeys.join(', ')}): nothing was written.`,
      );
    const written = (add ?? out)!;
    writeWholeFiles([[written, signatureText(signed)]]);
    const missing = Math.max(0, facts.threshold - signers.length);
    const { signatures: _, ...what } = signed;
    return { ok: true, file: written, ...what, signers, missing };
  },
  show: ({ deadline, file, floor, imageSha256, missing, rollout, signers, version }) => [
    `${file}: version ${version} (${imageSha256}), floor ${floor}, for ${rollout} of 1000 boards.`,
    `Signed by ${signers.join(', ')}, good until ${new Date(deadline * 1000).toISOString()}.`,
    missing > 0
      ? `${missing} more must sign: holdfast release sign IMAGE --manifest FILE --add ${file}`
      : `That is enough: holdfast release publish IMAGE --manifest FILE --signatures ${file}`,
  ],
});

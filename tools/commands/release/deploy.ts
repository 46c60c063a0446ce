import { toHex } from '../../../firmware/bytes/hex.js';
import { buildApp } from '../../app/build.js';
import { knownHardwareName } from '../../app/hardwareName.js';
import { keepImage, sha256Of } from '../../app/imageFiles.js';
import { defineCommand, flag, flags, operand, toggle } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { count, duration, oneOf, path } from '../../cli/kinds.js';
import { deltaLine, withDeltas } from '../../release/deltas.js';
import { documentPath, documentsOf } from '../../release/documents.js';
import { releaseFiles } from '../../release/files.js';
import { channelOf, lineFlag } from '../../release/line.js';
import { uploadFiles } from '../../release/upload.js';
import { boardFlags, deltaFlags, imagesFlag, mineFlag, receiptsFlag } from '../../settings/flags.js';
import { existing, Settings } from '../../settings/settings.js';
import { approveRelease } from './approve.js';
import offer, { offerRelease } from './offer.js';
import { publishImage } from './publish.js';

export default defineCommand({
  summary: 'Build an app, publish it, approve it for a board, and wait until the board runs it',
  details:
    'In one go what image build, release publish, approve and offer do: types are checked, the image is started once in\n' +
    'the simulator, its files are uploaded to the image server by their hashes (PUT), and the board proves by itself that\n' +
    'vendor and owner want it. For whoever holds the keys of both. Hardware and version follow from the channel. The\n' +
    'files stay in .holdfast/images.',
  example: 'holdfast release deploy app.ts',
  operands: { entry: operand(path, 'the app, or a main module') },
  flags: {
    ...boardFlags,
    ...imagesFlag,
    ...deltaFlags,
    signer: flags(path, 'keystore of a release key of the channel'),
    keystore: flag(path, 'keystore of the owner'),
    ...lineFlag,
    kind: flag(oneOf('image', 'host'), 'an image, or one that takes app images beside it', 'image'),
    version: flag(count(1, 0xffffffff), 'which version; one more than the newest if left out'),
    'no-check': toggle('do not look at types'),
    wait: flag(duration(86_400), 'how long to wait for the board (default 2m)', 120),
    ...mineFlag,
    ...receiptsFlag,
  },
  run: async input => {
    const { flags, note, operands, progress, signal, warn } = input;
    const settings = new Settings(flags);
    const images = settings.need('images');
    const contracts = await settings.chain();
    const { line } = flags;
    const facts = await contracts.device.read(settings.need('device'));
    const channel = channelOf(facts, line);
    // An app's hardware id is made of the board's.
    const { hardware } = await existing(
      contracts.channel.read(facts.channel),
      `release channel at ${facts.channel}`,
    );
    const releases = await contracts.channel.releases(channel);
    const home = settings.home;
    const published = { hardware, home, images, releases: async () => releases };
    const hardwareName = await knownHardwareName(published);
    const newest = Math.max(1, ...releases.map(each => each.version));
    const version = flags.version ?? newest + 1;
    const unchecked = flags['no-check'];
    const { entry } = operands;
    const image = await buildApp({
      entry,
      name: 'app',
      version,
      hardware,
      hardwareName,
      kind: line === 'app' ? 'app' : flags.kind,
      unchecked,
      progress,
      signal,
      warn,
    });
    note(`Version ${version} is built: ${image.size} bytes.`);

    const imageSha256 = toHex(image.sha256) as `0x${string}`;
    const { document, head } = image.manifest;
    const deltas = withDeltas(head, image.bytes, flags.from);
    if (flags.from.length > 0) note(`With ${deltaLine(deltas.lengths, image.size)}.`);
    const hash = sha256Of(deltas.head) as `0x${string}`;
    const files = new Map([...releaseFiles(image.bytes, imageSha256, deltas.head, hash), ...deltas.files]);
    for (const text of [document, ...documentsOf(image).map(([, named]) => named)]) addDocument(files, text);
    keepImage(home, image);
    progress?.(`uploads ${files.size} files to ${images}`);
    const refused = await uploadFiles(images, files);
    if (refused.length > 0) {
      throw new Failure(
        'upload',
        `${images} did not take ${refused.join(', ')}: put the files there yourself (release publish --site) and go on with release publish.`,
      );
    }
    note(`Its files are at ${images}.`);
    const mine = !flags['no-mine'];
    await publishImage(input, {
      ...{ settings, channel, image: image.bytes, manifest: head, keystores: flags.signer },
      ...{ bases: flags.from, rollout: 1000, mine },
    });
    note('It is published.');
    await approveRelease(input, { settings, as: 'owner', keystore: flags.keystore, line, version, mine });
    note('It is approved.');
    return offerRelease(input, { ...flags, version });
  },
  show: result => offer.show(result),
});

function addDocument(files: Map<string, Uint8Array>, text: string): void {
  const bytes = new TextEncoder().encode(text);
  files.set(documentPath(bytes), bytes);
}

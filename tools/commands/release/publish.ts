import { IMAGE_BYTES_MAX } from '../../../firmware/store/imageHeader.js';
import { seeToFinality } from '../../board/finality.js';
import { defineCommand, flag, operand } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { bytesOfFile, count } from '../../cli/kinds.js';
import { manifestHash, readImage } from '../../release/imageFacts.js';
import { isServed } from '../../release/served.js';
import { channelFlags, imagesFlag, mineFlag, signerFlags } from '../../settings/flags.js';
import { existing, Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Publish an image in a release channel (release keys)',
  details:
    'Version and hardware are read from the image. Boards take it only if their owner approves it too. The first of\n' +
    'the signing keys also sends the transaction. Put the file where boards fetch it: IMAGES/images/<its SHA-256>.',
  example: 'holdfast release publish relay-2.img --signer a.json --signer b.json',
  operands: { image: operand(bytesOfFile(IMAGE_BYTES_MAX), 'the image file') },
  flags: {
    ...channelFlags,
    ...signerFlags,
    ...imagesFlag,
    manifest: flag(bytesOfFile(1 << 20), 'what the image was built from; its hash is published too'),
    floor: flag(count(0, 0xffffffff), 'the oldest version that may still be installed'),
    rollout: flag(count(0, 1000), 'how many of a thousand boards may take it', 1000),
    ...mineFlag,
  },
  run: async input => {
    const { flags, operands } = input;
    const image = readImage(operands.image);
    const settings = new Settings(flags);
    const keys = await settings.signers(input, 'releaseKeys', flags.signer);
    const contracts = await settings.chainWith(keys[0]);
    const channel = settings.need('channel');
    const { hardware } = await existing(contracts.channel.read(channel), `release channel at ${channel}`);
    if (hardware !== image.hardware) {
      throw new Failure(
        'hardware',
        `The image is for hardware ${image.hardware}, the channel for ${hardware}: no board would take it.`,
      );
    }
    const release = {
      version: image.version,
      imageSha256: image.imageSha256,
      size: image.size,
      manifestHash: flags.manifest ? manifestHash(flags.manifest) : (`0x${'00'.repeat(32)}` as const),
      floor: flags.floor,
      rollout: flags.rollout,
    };
    const sent = await contracts.channel.publish(channel, release, await settings.authority(keys));
    await seeToFinality(input, {
      rpc: settings.need('rpc'),
      chainId: contracts.chain.chainId,
      block: sent.blockNumber,
      mine: !flags['no-mine'],
    });
    const images = settings.find('images');
    const served = images === undefined ? undefined : await isServed(images, image.imageSha256, image.size);
    if (served !== true) {
      input.warn(
        `${images ?? 'no image server'} ${served === false ? 'does not have this image' : 'could not be asked for it'}: put the file at /images/${image.imageSha256.slice(2)}.`,
      );
    }
    return {
      ok: true,
      channel,
      ...release,
      served,
      blockNumber: sent.blockNumber,
      transactionHash: sent.transactionHash,
    };
  },
  show: ({ blockNumber, channel, imageSha256, rollout, size, version }) => [
    `Version ${version} is published in ${channel} since block ${blockNumber}: ${imageSha256}, ${size} bytes, ${rollout} of 1000 boards.`,
    `Next: holdfast release approve --version ${version}`,
  ],
});

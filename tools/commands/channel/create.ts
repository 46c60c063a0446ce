import { KEYS_MAX } from '../../../firmware/contract/layout.generated.js';
import { IMAGE_BYTES_MAX } from '../../../firmware/store/imageHeader.js';
import { defineCommand, flag, flags as many, requiredFlag } from '../../cli/command.js';
import { UsageError } from '../../cli/failure.js';
import { address, bytesOfFile, count, hardware, hash } from '../../cli/kinds.js';
import { readImage } from '../../release/imageFacts.js';
import { chainFlags, senderFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Create a release channel: one vendor, one kind of hardware',
  details:
    'The hardware is 32 bytes that images of the channel carry too, by a name the SHA-256 of it; --like takes them from\n' +
    'an image.',
  example:
    'holdfast channel create --like relay.img --release-key 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 --release-key 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --threshold 2',
  operands: {},
  flags: {
    ...chainFlags,
    ...senderFlags,
    hardware: flag(hardware, 'the hardware id, or the name that it is made of'),
    like: flag(bytesOfFile(IMAGE_BYTES_MAX), 'an image for that hardware, instead'),
    'release-key': many(address, 'one of those who publish together'),
    threshold: requiredFlag(count(1, KEYS_MAX), 'how many of them it takes'),
    guardian: many(address, 'who may pause the channel and withdraw releases at once'),
    'manufacture-root': flag(hash, 'Merkle root over the devices that the vendor made'),
    'halt-threshold': flag(count(1, 255), 'failures of genuine boards that halt a rollout', 3),
    salt: flag(hash, 'tells apart channels that are otherwise equal'),
  },
  run: async input => {
    const { flags } = input;
    const id = flags.hardware?.id ?? (flags.like && readImage(flags.like).hardware);
    if (!id) throw new UsageError('holdfast channel create needs --hardware, or --like IMAGE.');
    const releaseKeys = flags['release-key'];
    const { threshold } = flags;
    if (releaseKeys.length < threshold) {
      throw new UsageError(
        `A threshold of ${threshold} needs as many --release-key: ${releaseKeys.length} were given.`,
      );
    }
    if (threshold === 1) input.warn('one release key is enough: whoever gets it can publish images alone.');
    const contracts = await new Settings(flags).chainAs(input, 'deployer', flags.keystore);
    const setup = {
      hardware: id,
      releaseKeys,
      threshold,
      guardians: flags.guardian,
      manufactureRoot: flags['manufacture-root'],
      haltThreshold: flags['halt-threshold'],
    };
    const { channel, sent } = await contracts.factory.createChannel(setup, flags.salt);
    return { ok: true, channel, ...setup, transactionHash: sent.transactionHash };
  },
  show: ({ channel, hardware, releaseKeys, threshold }) => [
    `Channel ${channel} for hardware ${hardware}: ${threshold} of ${releaseKeys.length} release keys publish.`,
  ],
});

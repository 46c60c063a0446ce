import { seeToFinality } from '../../board/finality.js';
import { defineCommand, flag, type Surroundings } from '../../cli/command.js';
import { Failure, UsageError } from '../../cli/failure.js';
import { count, oneOf } from '../../cli/kinds.js';
import { crypto } from '../../operator/boardChannel.js';
import { channelOf, type LineName, lineFlag } from '../../release/line.js';
import { imageInPlaceOf } from '../../release/offerOf.js';
import { publishedRelease } from '../../release/published.js';
import { deviceFlags, mineFlag, senderFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Approve a published image for a board (owner, or a releaser of its fleet)',
  details:
    'A board installs only what both sides want: the vendor’s channel and this approval. An older version than the one\n' +
    'that runs is taken where the approval names that one (--in-place-of), once, and never below the floor.',
  example: 'holdfast release approve --version 2',
  operands: {},
  flags: {
    ...deviceFlags,
    ...senderFlags,
    version: flag(count(1, 0xffffffff), 'which version; the newest if left out'),
    as: flag(oneOf('owner', 'releaser'), 'in which capacity', 'owner'),
    'in-place-of': flag(
      count(0, 0xffffffff),
      'the version that runs there: with it an older one is taken, above the floor',
    ),
    ...lineFlag,
    ...mineFlag,
  },
  run: async input => {
    const { as, 'in-place-of': from, keystore, line, version } = input.flags;
    if (from !== undefined && (version === undefined || version === from))
      throw new UsageError('--in-place-of takes --version as well, another one than runs.');
    const mine = !input.flags['no-mine'];
    const settings = new Settings(input.flags);
    return approveRelease(input, { settings, as, from, keystore, line, version, mine });
  },
  show: ({ device, from, imageSha256, line, version }) => [
    `Version ${version} (${imageSha256}) is approved for ${device}${from === undefined ? '' : `, in place of version ${from}`}.`,
    `Next: holdfast release offer --version ${version}${line === 'app' ? ' --line app' : ''}`,
  ],
});

interface Approving {
  settings: Settings;
  as: 'owner' | 'releaser';
  keystore: string | undefined;
  line: LineName;
  /** The version that it may take the place of though it is older. */
  from?: number;
  /** The newest if undefined. */
  version: number | undefined;
  /** True: a development chain is mined until the approval is final. */
  mine: boolean;
}

/** Approves a published image for the board of the settings. @throws Failure `not_registered`, and what the chain throws */
export async function approveRelease(input: Surroundings, approving: Approving) {
  const { as, from, line, mine, settings } = approving;
  const contracts = await settings.chainAs(input, as, approving.keystore);
  const device = settings.need('device');
  const facts = await contracts.device.read(device);
  if (!facts.exists)
    throw new Failure('not_registered', `There is no Device at ${device}: check the address.`);
  const channel = channelOf(facts, line);
  const { imageSha256, version } = await publishedRelease(contracts, channel, approving.version);
  const approved = from === undefined ? imageSha256 : imageInPlaceOf(crypto, imageSha256, from);
  const release = { version, imageSha256: approved };
  const approve = line === 'app' ? 'approveApp' : 'approve';
  const { blockNumber } =
    as === 'owner'
      ? await contracts.device[approve](device, release)
      : await contracts.fleet[approve](facts.fleet, device, release);
  const { chainId } = contracts.chain;
  await seeToFinality(input, { rpc: settings.need('rpc'), chainId, block: blockNumber, mine });
  return { ok: true, device, line, channel, version, from, imageSha256, blockNumber };
}

/** A published release as an owner finds it, by version. */
import type { Contracts, Hex, PublishedRelease } from '../../contracts/client/index.js';
import { Failure } from '../cli/failure.js';
import type { ImageFacts } from './imageFacts.js';

/** The release of that version, or the newest. @throws Failure `not_published`, or `withdrawn` */
export async function publishedRelease(
  contracts: Pick<Contracts, 'channel'>,
  channel: Hex,
  version: number | undefined,
): Promise<PublishedRelease> {
  const found = await toldRelease(contracts, channel, version);
  if (!found.withdrawn) return found;
  throw new Failure(
    'withdrawn',
    `Version ${found.version} was withdrawn by the vendor: no board will take it.`,
  );
}

/** The same, withdrawn or not. @throws Failure `not_published` */
export async function toldRelease(
  contracts: Pick<Contracts, 'channel'>,
  channel: Hex,
  version: number | undefined,
): Promise<PublishedRelease> {
  const releases = await contracts.channel.releases(channel);
  const found =
    version === undefined ? releases[releases.length - 1] : releases.find(one => one.version === version);
  if (!found) {
    const there = releases.map(one => one.version).join(', ');
    throw new Failure(
      'not_published',
      `The channel ${channel} has no ${version === undefined ? 'release' : `version ${version}`}${there ? `; there are ${there}` : ' at all'}: publish it first (holdfast release publish).`,
    );
  }
  return found;
}

/**
 * The image is the one that the channel has under its version.
 *
 * @throws Failure `unreleased`, or `withdrawn`
 */
export async function refuseUnreleased(
  contracts: Pick<Contracts, 'channel'>,
  channel: Hex,
  { imageSha256, version }: ImageFacts,
): Promise<void> {
  const released = await publishedRelease(contracts, channel, version).catch(error => {
    if (!(error instanceof Failure) || error.code !== 'not_published') throw error;
    throw new Failure('unreleased', `The channel ${channel} has no version ${version}.`);
  });
  if (released.imageSha256 === imageSha256) return;
  throw new Failure(
    'unreleased',
    `The image is ${imageSha256}, and the channel ${channel} has ${released.imageSha256} as version ${version}.`,
  );
}

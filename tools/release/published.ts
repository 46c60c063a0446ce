/** A published release as an owner finds it, by version. */
import type { Contracts, Hex, PublishedRelease } from '../../contracts/client/index.js';
import { Failure } from '../cli/failure.js';

/** The release of that version, or the newest. @throws Failure `not_published`, or `withdrawn` */
export async function publishedRelease(
  contracts: Contracts,
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
  if (found.withdrawn) {
    throw new Failure(
      'withdrawn',
      `Version ${found.version} was withdrawn by the vendor: no board will take it.`,
    );
  }
  return found;
}

/** The releases of a running setting: its channel as the page shows it, and one version more, built and published. */
import { join, relative } from 'node:path';
import type { Contracts } from '../../contracts/client/index.js';
import { fromHex } from '../../firmware/bytes/hex.js';
import { cohort } from '../../firmware/update/offer.js';
import type { BuiltImage } from '../../host-sim/image/build.js';
import type { ActOutcome, Channel } from '../../host-sim/page/protocol.js';
import { keepImage } from '../app/imageFiles.js';
import { nextVersion } from '../demo/releases.js';
import type { Setting } from '../demo/setting.js';
import { crypto } from '../operator/boardChannel.js';
import { type RunPlace, runOwnWords } from './runWords.js';

/** Releases that a page is told of; the newest. */
const RELEASES_MAX = 20;

/** The channel as it is at the newest block. */
export async function channelOf(
  { channel: channels }: Contracts,
  { channel, device }: Pick<Setting, 'channel' | 'device'>,
): Promise<Channel> {
  const [facts, releases] = await Promise.all([channels.read(channel), channels.releases(channel)]);
  const { floor, halted, newest, paused, rollout } = facts;
  return {
    ...{ floor, halted, newest, paused, rollout },
    place: cohort(crypto, fromHex(channel, 20)!, fromHex(device, 20)!, newest),
    releases: releases
      .slice(-RELEASES_MAX)
      .map(({ imageSha256, size, version, withdrawn }) => ({ imageSha256, size, version, withdrawn })),
  };
}

export interface PublishOptions extends RunPlace {
  setting: Setting;
  home: string;
  /** Builds that version of what the board runs. */
  build(version: number): Promise<BuiltImage>;
  /** Boards of a thousand. */
  rollout: number;
}

/** Builds the next version, puts it on the image server, and publishes it by the command line that it names. */
export async function publishNext(options: PublishOptions): Promise<ActOutcome> {
  const { build, directory, home, rollout, setting } = options;
  const image = await build(await nextVersion(setting));
  const folder = relative(directory, keepImage(home, image));
  setting.images.put(image.bytes, image.manifest.head);
  const files = [join(folder, 'image'), '--manifest', join(folder, 'manifest')];
  const words = ['release', 'publish', ...files, '--rollout', `${rollout}`];
  const outcome = await runOwnWords(words, options);
  return { ...outcome, says: outcome.ok ? `holdfast ${words.join(' ')}` : outcome.says };
}

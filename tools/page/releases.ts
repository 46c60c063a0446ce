/** One version more for a running setting, built and published. */
import { join, relative } from 'node:path';
import type { BuiltImage } from '../../host-sim/image/build.js';
import type { ActOutcome } from '../../host-sim/page/protocol.js';
import { keepImage } from '../app/imageFiles.js';
import { nextVersion } from '../demo/releases.js';
import type { Setting } from '../demo/setting.js';
import { type RunPlace, runOwnWords } from './runWords.js';

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

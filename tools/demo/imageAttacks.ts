/** Attacks on updates: images changed on their way, old releases, and releases that only one side wants. */

import { changedByte, longerImage } from '../../host-sim/attack/imageMutations.js';
import type { ImageMutation } from '../../host-sim/attack/imageProxy.js';
import { type AttackWords, attack, begin, type Scheme } from './attack.js';
import {
  approve,
  buildRelease,
  install,
  nextVersion,
  offerTo,
  proveNow,
  publish,
  type Release,
  releaseOf,
} from './releases.js';
import type { Setting } from './setting.js';
import type { Observed, Steps } from './steps.js';

export async function attackImages(setting: Setting, steps: Steps): Promise<void> {
  steps.chapter(
    'At the image server, the vendor and the owner',
    'Somebody changes images on their way; later the vendor or the owner wants a release that the other does not.',
  );
  await attackOnTheWay(setting, steps);
  await attackByOneSide(setting, steps);
  await attackByAge(setting, steps);
}

async function offered(setting: Setting, release: Release): Promise<Observed> {
  const { code = '', evidence, trail, verdict } = (await offerTo(setting, release)).answer;
  return { verdict, code, evidence, trail };
}

async function attackOnTheWay(setting: Setting, steps: Steps): Promise<void> {
  for (const scheme of imageSchemes) await attack(setting, steps, await begin(setting, scheme));
}

/** A lie about the image of a release, which is built, published and approved for it. */
const lieAbout = (
  words: Omit<AttackWords, 'expected'>,
  mutation: (size: number) => ImageMutation,
): Scheme => ({
  ...words,
  expected: 'rejected',
  async prepare(setting) {
    const release = await buildRelease(setting, await nextVersion(setting));
    await publish(setting, release);
    await approve(setting, release);
    await proveNow(setting);
    return {
      act: async () => {
        setting.imageProxy.setMutation(mutation(release.image.size));
        return offered(setting, release);
      },
      actTwin: () => {
        setting.imageProxy.setMutation(undefined);
        return install(setting, release);
      },
    };
  },
});

/** The lies about an image on its way. */
export const imageSchemes: readonly Scheme[] = [
  lieAbout(
    { name: 'image with a changed byte', code: 'image_hash', twin: 'the same image as it was published' },
    size => changedByte(Math.floor(size / 2)),
  ),
  lieAbout(
    {
      name: 'longer image: the proven one, and a kilobyte more',
      code: 'image_size',
      twin: 'the same image in its proven length',
    },
    () => longerImage(1024),
  ),
];

async function attackByOneSide(setting: Setting, steps: Steps): Promise<void> {
  for (const scheme of [byVendorAlone, byOwnerAlone])
    await attack(setting, steps, await begin(setting, scheme));
}

/** As whoever has enough of the release keys can do it. */
export const byVendorAlone: Scheme = {
  name: 'published, but the owner approved nothing of it',
  expected: 'rejected',
  code: 'not_approved',
  twin: 'the same offer, once the owner approved',
  async prepare(setting) {
    const release = await buildRelease(setting, await nextVersion(setting));
    await publish(setting, release);
    await proveNow(setting);
    return {
      act: () => offered(setting, release),
      actTwin: async () => {
        await approve(setting, release);
        return install(setting, release);
      },
    };
  },
};

/** As whoever has the owner's key can do it. */
export const byOwnerAlone: Scheme = {
  name: 'approved, but the vendor never published it',
  expected: 'rejected',
  code: 'not_published',
  twin: 'the same offer, once it was published',
  async prepare(setting) {
    const release = await buildRelease(setting, await nextVersion(setting));
    await approve(setting, release);
    await proveNow(setting);
    return {
      act: () => offered(setting, release),
      actTwin: async () => {
        await publish(setting, release);
        return install(setting, release);
      },
    };
  },
};

async function attackByAge(setting: Setting, steps: Steps): Promise<void> {
  const newer = await buildRelease(setting, await nextVersion(setting));
  const first = releaseOf(setting, 1, setting.firstImage);
  await publish(setting, newer);
  await approve(setting, first);
  await proveNow(setting);
  await attack(setting, steps, {
    name: 'an older release that vendor and owner both signed',
    expected: 'rejected',
    code: 'rollback',
    act: () => offered(setting, first),
    twin: 'a newer one',
    actTwin: async () => {
      await approve(setting, newer);
      return install(setting, newer);
    },
  });
}

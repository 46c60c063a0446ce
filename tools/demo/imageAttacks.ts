/** Attacks on updates: images changed on their way, old releases, and releases that only one side wants. */

import { changedByte, longerImage } from '../../host-sim/attack/imageMutations.js';
import type { ImageMutation } from '../../host-sim/attack/imageProxy.js';
import { type Attack, attack } from './attack.js';
import {
  approve,
  buildRelease,
  install,
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
  for (const [at, lie] of imageLies.entries())
    await attack(setting, steps, await imageAttack(setting, lie, at + 3));
}

interface ImageLie {
  name: string;
  code: string;
  mutation(size: number): ImageMutation;
  twin: string;
}

/** The lies about an image on its way, each with the board’s verdict on it. */
export const imageLies: readonly ImageLie[] = [
  {
    name: 'image with a changed byte',
    code: 'image_hash',
    mutation: size => changedByte(Math.floor(size / 2)),
    twin: 'the same image as it was published',
  },
  {
    name: 'longer image: the proven one, and a kilobyte more',
    code: 'image_size',
    mutation: () => longerImage(1024),
    twin: 'the same image in its proven length',
  },
];

/** A lie about the image of a release of that version, which is built, published and approved here. */
export async function imageAttack(
  setting: Setting,
  { code, mutation, name, twin }: ImageLie,
  version: number,
): Promise<Attack> {
  const release = await buildRelease(setting, version);
  await publish(setting, release);
  await approve(setting, release);
  await proveNow(setting);
  return {
    name,
    expected: 'rejected',
    code,
    act: async () => {
      setting.imageProxy.setMutation(mutation(release.image.size));
      return offered(setting, release);
    },
    twin,
    actTwin: () => {
      setting.imageProxy.setMutation(undefined);
      return install(setting, release);
    },
  };
}

async function attackByOneSide(setting: Setting, steps: Steps): Promise<void> {
  const fifth = await buildRelease(setting, 5);
  await publish(setting, fifth);
  await proveNow(setting);
  await attack(setting, steps, {
    name: 'published, but the owner approved nothing of it',
    expected: 'rejected',
    code: 'not_approved',
    act: () => offered(setting, fifth),
    twin: 'the same offer, once the owner approved',
    actTwin: async () => {
      await approve(setting, fifth);
      return install(setting, fifth);
    },
  });

  const sixth = await buildRelease(setting, 6);
  await approve(setting, sixth);
  await proveNow(setting);
  await attack(setting, steps, {
    name: 'approved, but the vendor never published it',
    expected: 'rejected',
    code: 'not_published',
    act: () => offered(setting, sixth),
    twin: 'the same offer, once it was published',
    actTwin: async () => {
      await publish(setting, sixth);
      return install(setting, sixth);
    },
  });
}

async function attackByAge(setting: Setting, steps: Steps): Promise<void> {
  const seventh = await buildRelease(setting, 7);
  const first = releaseOf(setting, 1, setting.firstImage);
  await publish(setting, seventh);
  await approve(setting, first);
  await proveNow(setting);
  await attack(setting, steps, {
    name: 'an older release that vendor and owner both signed',
    expected: 'rejected',
    code: 'rollback',
    act: () => offered(setting, first),
    twin: 'a newer one',
    actTwin: async () => {
      await approve(setting, seventh);
      return install(setting, seventh);
    },
  });
}

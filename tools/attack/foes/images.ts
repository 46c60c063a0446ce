/** A hostile image server, one of a board's two. */
import {
  changedByte,
  cutAfter,
  endlessImage,
  ignoredRange,
  longerImage,
  refused,
  shorterImage,
  shorterWhole,
  slowDrip,
  wrongPath,
  wrongRange,
  wrongSector,
} from '../../../host-sim/attack/imageMutations.js';
import type { ImageFolder, ImageMutation, ImageProxy } from '../../../host-sim/attack/imageProxy.js';
import { type Foe, type Kinds, proxyFoe } from './foe.js';
import type { Tally } from './tally.js';

const kinds: Kinds<ImageMutation> = {
  'a changed byte': chance => changedByte(chance.below(300_000)),
  'a longer image': chance => longerImage(1 + chance.below(5000)),
  'a shorter image': chance => shorterImage(1 + chance.below(5000)),
  'another sector': chance => wrongSector(chance.below(60)),
  'a changed list of sectors': chance => wrongPath(chance.below(60)),
  'a slow drip': chance => slowDrip(1 + chance.below(512), 100),
  'a cut': chance => cutAfter(chance.below(20_000)),
  'no end': () => endlessImage(),
  'another range': chance => wrongRange(1 + chance.below(8192), chance.below(2) === 0),
  'the whole image': () => ignoredRange(),
  'the whole image but a byte': () => shorterWhole(),
  'an HTTP status': chance => refused(chance.of([403, 404, 429, 500, 503])),
};

const FOLDERS: readonly ImageFolder[] = ['images', 'manifests', 'sectors'];

/** @param server lies from now on about images, manifests and lists of sectors, in one way after the other */
export const imageFoe = (server: ImageProxy, tally: Tally, signal: AbortSignal): Foe =>
  proxyFoe({
    place: 'images',
    kinds,
    tally,
    signal,
    set: mutation => {
      for (const folder of FOLDERS) server.setMutation(mutation, folder);
    },
    counted: (mutation, met) => (request, whole) => {
      met();
      return mutation(request, whole);
    },
  });

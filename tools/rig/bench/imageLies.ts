/** The lies of an image server about an image, by name. */
import {
  changedByte,
  cutAfter,
  ignoredRange,
  longerImage,
  refused,
  shorterImage,
  slowDrip,
  wrongRange,
} from '../../../host-sim/attack/imageMutations.js';
import type { ImageMutation } from '../../../host-sim/attack/imageProxy.js';
import type { imageLies } from './lies.js';

export const imageMutations: Readonly<Record<(typeof imageLies)[number], ImageMutation>> = {
  'a changed byte': changedByte(),
  'a kilobyte more': longerImage(1024),
  'a kilobyte less': shorterImage(1024),
  'bytes of another place': wrongRange(4096),
  'the whole image for every range': ignoredRange(),
  'cut connections': cutAfter(50_000),
  'a slow drip': slowDrip(100, 500),
  refusals: refused(503),
};

/**
 * What stands in `portableBls.ts`'s place in images for platforms that have native BLS: that one's hundred kilobytes of
 * text, and the functions that it makes as the image starts, would be in the way for nothing.
 */

import type { Bls } from '../port/bls.js';

/** Throws: such an image is for a board whose platform gives `ports.bls`. */
export function portableBls(): Bls {
  throw new Error('this image relies on the native BLS of its platform');
}

/**
 * The stand-in for `portableBls.ts` in images for platforms that have native BLS. The portable one's hundred kilobytes
 * of text, and the functions that it makes when the image starts, would only take up room there.
 */

import type { Bls } from '../port/bls.js';

/** Throws: such an image is for a board whose platform gives `ports.bls`. */
export function portableBls(): Bls {
  throw new Error('this image relies on the native BLS of its platform');
}

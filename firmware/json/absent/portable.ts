/** The stand-in for `json/portable.ts` in a build for a platform that has the scanner in C. */

import type { Json } from '../../port/json.js';

/** Throws: such a platform gives `ports.json`. */
export function portableJson(): Json {
  throw new Error('this build relies on the native JSON scanner of its platform');
}

/**
 * The stand-in for `crypto/portable.ts` in a build for a platform that has cryptography in C: the portable twin would
 * take 40 KB of flash there, and a board that fell back to it would fit no heap.
 */

import type { Crypto } from '../../port/crypto.js';

/** Throws: such a platform gives `ports.crypto`. */
export function portableCrypto(): Crypto {
  throw new Error('this build relies on the native cryptography of its platform');
}

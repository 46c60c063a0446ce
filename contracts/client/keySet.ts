/** Sets of keys in the one form that contracts and boards take. */
import { type Hex, lower } from '../addresses.js';

/**
 * The addresses in lower case and ascending. More than KEYS_MAX, or one twice, the contracts refuse (`TooManyKeys`,
 * `KeysNotAscending`).
 */
export const ascending = (keys: readonly Hex[]): Hex[] => keys.map(lower).sort();

/**
 * TextEncoder and TextDecoder for valibot and rlp; bare XS has neither. Bundles put these in place
 * of the missing globals. Only what those two use.
 */

import { decodeText, encodeText } from '../../bytes/text.js';

export class TextEncoder {
  encode(text: string): Uint8Array {
    return encodeText(text);
  }
}

export class TextDecoder {
  /** Throws a TypeError on what is no UTF-8, as a fatal decoder does. */
  decode(bytes: Uint8Array): string {
    const text = decodeText(bytes);
    if (text === undefined) throw new TypeError('not UTF-8');
    return text;
  }
}

/** Hexadecimal as JSON-RPC and people write it: `0x`, then two lower-case digits a byte. */

/** The digits of each byte: a step of an interpreter costs more than the memory, which lies in flash on a chip. */
const pairs: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * Bytes, or characters, that are handled together: XS counts from the beginning of a text to find a character of it.
 */
const pieceLength = 64;

/**
 * `0x` and two lower-case digits for each byte. (XS copies a text to lengthen it, and an array made with a length to
 * fill it. Both are quadratic, so texts are lengthened while they are short, and then joined.)
 *
 * @example
 * toHex(Uint8Array.of(0, 255)) // '0x00ff'
 */
export function toHex(bytes: Uint8Array): string {
  const { length } = bytes;
  const pieces: string[] = [];
  let text = '0x';
  for (let from = 0; from < length; from += pieceLength) {
    const end = Math.min(from + pieceLength, length);
    for (let i = from; i < end; i++) text += pairs[bytes[i]];
    if (end === length && from === 0) return text;
    pieces.push(text);
    text = '';
  }
  return length === 0 ? text : pieces.join('');
}

/** The value of the digit with a character code, -1 for a character that is no digit. */
const values: readonly number[] = Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return digit >= 0 ? digit : -1;
});

/**
 * The bytes of `0x…` in either case. Undefined for anything else: not a string, no `0x`, an odd count of digits, a
 * character that is not a digit; and, if `length` is given, any other length in bytes. Untrusted text must be bounded
 * by the caller.
 *
 * @example
 * fromHex('0x00ff', 2) // Uint8Array [0, 255]
 */
export function fromHex(text: unknown, length?: number): Uint8Array | undefined {
  if (typeof text !== 'string') return undefined;
  const characters = text.length;
  if (characters < 2 || characters % 2 !== 0) return undefined;
  if (text.charCodeAt(0) !== 48 || text.charCodeAt(1) !== 120) return undefined;
  const count = characters / 2 - 1;
  if (length !== undefined && count !== length) return undefined;
  const bytes = new Uint8Array(count);
  for (let from = 2, at = 0; from < characters; from += pieceLength) {
    const piece = text.slice(from, from + pieceLength);
    const end = piece.length;
    for (let i = 0; i < end; i += 2) {
      const high = values[piece.charCodeAt(i)];
      const low = values[piece.charCodeAt(i + 1)];
      // Neither a digit nor, above 127, in the table.
      if (!(high >= 0 && low >= 0)) return undefined;
      bytes[at++] = (high << 4) | low;
    }
  }
  return bytes;
}

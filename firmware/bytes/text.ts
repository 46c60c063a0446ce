/** UTF-8 (RFC 3629), because XS has no TextEncoder. */

/** Characters that are looked at together: XS counts from the beginning of a text to find one of them. */
const pieceLength = 64;

/** The UTF-8 of a text. A lone surrogate becomes U+FFFD, as it does with TextEncoder. */
export function encodeText(text: string): Uint8Array {
  return encodeAscii(text) ?? encodeAny(text);
}

/** The bytes of a text of ASCII alone; undefined for any other. */
function encodeAscii(text: string): Uint8Array | undefined {
  const { length } = text;
  const bytes = new Uint8Array(length);
  for (let from = 0; from < length; from += pieceLength) {
    const piece = text.slice(from, from + pieceLength);
    const end = piece.length;
    for (let i = 0; i < end; i++) {
      const code = piece.charCodeAt(i);
      if (code >= 0x80) return undefined;
      bytes[from + i] = code;
    }
  }
  return bytes;
}

function encodeAny(text: string): Uint8Array {
  let length = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const character of text) {
    let point = character.codePointAt(0)!;
    if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    if (point < 0x80) {
      bytes[at++] = point;
    } else if (point < 0x800) {
      bytes[at++] = 0xc0 | (point >> 6);
      bytes[at++] = 0x80 | (point & 63);
    } else if (point < 0x10000) {
      bytes[at++] = 0xe0 | (point >> 12);
      bytes[at++] = 0x80 | ((point >> 6) & 63);
      bytes[at++] = 0x80 | (point & 63);
    } else {
      bytes[at++] = 0xf0 | (point >> 18);
      bytes[at++] = 0x80 | ((point >> 12) & 63);
      bytes[at++] = 0x80 | ((point >> 6) & 63);
      bytes[at++] = 0x80 | (point & 63);
    }
  }
  return bytes;
}

/**
 * The text of UTF-8 bytes. Strict: undefined for overlong forms, surrogates, what is above U+10FFFF or cut short.
 * A byte order mark stays in the text, so that equal texts mean equal bytes.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  // Pieces of a few characters, joined at the end: XS copies the whole text at every +=, and has each argument of
  // a call on its stack.
  const pieces: string[] = [];
  const { length } = bytes;
  let at = 0;
  while (at < length) {
    const points: number[] = [];
    while (points.length < decodedTogether && at < length) {
      const first = bytes[at++];
      if (first < 0x80) {
        points.push(first);
        continue;
      }
      const more = first < 0xc2 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : 0;
      if (more === 0 || at + more > length) return undefined;
      let point = first & (0x3f >> more);
      for (let i = 0; i < more; i++) {
        const next = bytes[at++];
        if ((next & 0xc0) !== 0x80) return undefined;
        point = (point << 6) | (next & 63);
      }
      const overlong = (more === 2 && point < 0x800) || (more === 3 && point < 0x10000);
      if (overlong || (point >= 0xd800 && point <= 0xdfff) || point > 0x10ffff) return undefined;
      points.push(point);
    }
    pieces.push(String.fromCodePoint.apply(null, points));
  }
  return pieces.join('');
}

/** Characters for one call of `fromCodePoint`. */
const decodedTogether = 24;

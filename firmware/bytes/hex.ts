/** Hexadecimal as JSON-RPC and people write it: `0x`, then two lower-case digits a byte. */

const digits = '0123456789abcdef';

/** `0x` and two lower-case digits for each byte. */
export function toHex(bytes: Uint8Array): string {
  let text = '0x';
  for (let i = 0; i < bytes.length; i++) {
    text += digits[bytes[i] >> 4] + digits[bytes[i] & 15];
  }
  return text;
}

function digitValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  if (code >= 65 && code <= 70) return code - 55;
  return -1;
}

/**
 * The bytes of `0x…` in either case. Undefined for anything else: not a string, no `0x`, an odd count of
 * digits, a character that is no digit; and, if `length` is given, any other length in bytes.
 */
export function fromHex(text: unknown, length?: number): Uint8Array | undefined {
  if (typeof text !== 'string' || text.length < 2 || text.length % 2 !== 0) return undefined;
  if (text.charCodeAt(0) !== 48 || text.charCodeAt(1) !== 120) return undefined;
  const count = (text.length - 2) / 2;
  if (length !== undefined && count !== length) return undefined;
  const bytes = new Uint8Array(count);
  for (let i = 0, at = 2; i < count; i++, at += 2) {
    const high = digitValue(text.charCodeAt(at));
    const low = digitValue(text.charCodeAt(at + 1));
    if (high < 0 || low < 0) return undefined;
    bytes[i] = (high << 4) | low;
  }
  return bytes;
}

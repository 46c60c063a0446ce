/** The grammar of a number (RFC 8259, 6), character by character. */

export const NumberState = {
  minus: 1,
  zero: 2,
  integer: 3,
  point: 4,
  fraction: 5,
  exponent: 6,
  exponentSign: 7,
  exponentDigits: 8,
} as const;

export const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** The state after its first character, or -1 where no number begins so. */
export function beginNumber(byte: number): number {
  if (byte === 0x2d) return NumberState.minus;
  if (byte === 0x30) return NumberState.zero;
  return isDigit(byte) ? NumberState.integer : -1;
}

/** The state after one more character, or -1 where it is none of a number. */
export function nextOfNumber(state: number, byte: number): number {
  const digit = isDigit(byte);
  switch (state) {
    case NumberState.minus:
      return beginNumber(byte === 0x2d ? 0 : byte);
    case NumberState.exponent:
      if (byte === 0x2b || byte === 0x2d) return NumberState.exponentSign;
      return digit ? NumberState.exponentDigits : -1;
    case NumberState.exponentSign:
    case NumberState.exponentDigits:
      return digit ? NumberState.exponentDigits : -1;
    case NumberState.point:
      return digit ? NumberState.fraction : -1;
    case NumberState.fraction:
      if (digit) return NumberState.fraction;
      break;
    default:
      if (digit) return state === NumberState.integer ? NumberState.integer : -1;
      if (byte === 0x2e) return NumberState.point;
  }
  return (byte | 0x20) === 0x65 ? NumberState.exponent : -1;
}

/** True in a state in which a number may end. */
export const isNumberWhole = (state: number): boolean =>
  state === NumberState.zero ||
  state === NumberState.integer ||
  state === NumberState.fraction ||
  state === NumberState.exponentDigits;

/** One byte range (RFC 9110, 14.1.2). Several at once, or nonsense, are ignored, as the standard allows. */

/** `to` is the byte after the last. */
export interface ByteRange {
  from: number;
  to: number;
}

/**
 * The part of `size` bytes that a Range header asks for (RFC 9110, 14.2): of its forms `bytes=A-B`, `bytes=A-` and
 * `bytes=-N`. `unsatisfiable` is a 416; undefined means that the whole is sent, as for a header that is not one of these.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  if (match[1] === '') {
    const suffix = Number(match[2]);
    if (suffix === 0 || size === 0) return 'unsatisfiable';
    return { from: Math.max(0, size - suffix), to: size };
  }
  const from = Number(match[1]);
  const last = match[2] === '' ? size - 1 : Number(match[2]);
  if (last < from && match[2] !== '') return undefined;
  if (from >= size) return 'unsatisfiable';
  return { from, to: Math.min(last, size - 1) + 1 };
}

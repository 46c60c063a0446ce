/** Equality of byte strings; two kinds, because leaving early is fast and tells where the difference lies. */

/** For public values. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  const { length } = a;
  if (b.length !== length) return false;
  let i = 0;
  if (length >= shortest) {
    const left = words(a);
    const right = words(b);
    for (; i + 4 <= length; i += 4) if (left.getInt32(i) !== right.getInt32(i)) return false;
  }
  for (; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** From so many bytes on, reading words is worth a view: a step of an interpreter costs the same for either. */
const shortest = 16;

const words = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** For secrets: the time depends on the lengths only. */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i];
  return difference === 0;
}

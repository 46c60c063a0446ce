/** Equality of byte strings, in two kinds: leaving early is fast, but its time tells where the difference lies. */

/** Equality of public values. Leaves at the first difference. */
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

/** The length in bytes from which reading words is worth a view: an interpreter's step costs the same for either. */
const shortest = 16;

const words = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Equality of secrets: the time depends on the lengths alone. */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i];
  return difference === 0;
}

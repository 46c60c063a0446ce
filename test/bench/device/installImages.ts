/** Two images that no delta compresses but for what they share: the same on every engine, as long as a board's. */

export const IMAGE_BYTES = 409_600;
/** Bytes that the second has in its midst and the first has not. */
const INSERTED_BYTES = 20;

/** Bytes of a xorshift generator. */
function drawn(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  let state = 2463534242;
  for (let i = 0; i < count; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state;
  }
  return bytes;
}

/** The image that runs, and the one that comes. */
export function imagesOf(): { base: Uint8Array; next: Uint8Array } {
  const base = drawn(IMAGE_BYTES);
  const next = new Uint8Array(IMAGE_BYTES + INSERTED_BYTES);
  next.set(base.subarray(0, IMAGE_BYTES / 2));
  next.fill(0x5a, IMAGE_BYTES / 2, IMAGE_BYTES / 2 + INSERTED_BYTES);
  next.set(base.subarray(IMAGE_BYTES / 2), IMAGE_BYTES / 2 + INSERTED_BYTES);
  return { base, next };
}

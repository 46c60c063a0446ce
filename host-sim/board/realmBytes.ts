/** The border of a realm: what crosses it, and its bytes, read and written without running anything of it. */
import { types } from 'node:util';

/**
 * All that crosses: primitives, bytes made by `makeBytes`, and the function that an app image's text is. Undefined means
 * failed.
 */
export type HostCall = (name: string, a?: unknown, b?: unknown, c?: unknown, d?: unknown) => unknown;

/** With this realm's `set`: the target's own may be the image's, and would be shown an object of the host. */
export function copy(target: Uint8Array, source: Uint8Array): void {
  Uint8Array.prototype.set.call(target, source);
}

/** Its own length, whatever a property of that name on the object pretends. */
const lengthOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'length')!.get!;

/** The length of the realm's bytes; throws a TypeError on anything else, a RangeError on more than the limit. */
export function byteLength(value: unknown, limit: number): number {
  if (!types.isUint8Array(value)) throw new TypeError('not bytes');
  const length = lengthOf.call(value) as number;
  if (length > limit) throw new RangeError(`more than ${limit} bytes at once`);
  return length;
}

/** A copy of the realm's bytes, of this realm. */
export function take(value: unknown, limit: number): Uint8Array {
  const bytes = new Uint8Array(byteLength(value, limit));
  copy(bytes, value as Uint8Array);
  return bytes;
}

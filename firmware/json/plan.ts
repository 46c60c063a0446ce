/**
 * A shape as bytes, so that portable and native scanner follow the same. A node begins with its kind; then
 *
 *     data, quantity, text, number   bytesMax (2)
 *     list                           countMax (2), element's node
 *     object                         count of members (1); for each: length of name (1), name, offset of its node (2)
 *
 * Numbers are big-endian, offsets count from the plan's beginning; the first node is the whole text's.
 */
import type { Shape } from './shape.js';

export const PlanKind = { data: 1, quantity: 2, text: 3, number: 4, list: 5, object: 6 } as const;

/** Limits of both scanners: one bit for each member seen, and a fixed place for a name. */
const MEMBERS_MAX = 32;
const NAME_BYTES_MAX = 32;
const LIMIT_MAX = 0xffff;

/** Throws a RangeError on a shape beyond the limits. */
export function planOf(shape: Shape): Uint8Array {
  const bytes: number[] = [];
  add(bytes, shape);
  if (bytes.length > LIMIT_MAX) throw new RangeError('a shape too large');
  return Uint8Array.from(bytes);
}

function add(bytes: number[], shape: Shape): void {
  bytes.push(PlanKind[shape.kind]);
  if (shape.kind === 'object') {
    const names = Object.keys(shape.members);
    if (names.length > MEMBERS_MAX) throw new RangeError('a shape with too many members');
    bytes.push(names.length);
    const places: number[] = [];
    for (const name of names) {
      if (name.length > NAME_BYTES_MAX) throw new RangeError(`a name too long: ${name}`);
      bytes.push(name.length);
      for (let i = 0; i < name.length; i++) bytes.push(name.charCodeAt(i) & 127);
      places.push(bytes.length);
      bytes.push(0, 0);
    }
    for (let i = 0; i < names.length; i++) {
      bytes[places[i]] = bytes.length >> 8;
      bytes[places[i] + 1] = bytes.length & 255;
      add(bytes, shape.members[names[i]]);
    }
    return;
  }
  const limit = shape.kind === 'list' ? shape.countMax : shape.bytesMax;
  if (!(limit >= 0 && limit <= LIMIT_MAX)) throw new RangeError('a limit beyond 65,535');
  bytes.push(limit >> 8, limit & 255);
  if (shape.kind === 'list') add(bytes, shape.element);
}

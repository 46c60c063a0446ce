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
  // Counted first: a list of numbers that grows takes twenty times the bytes of the plan.
  const bytes = new Uint8Array(sizeOf(shape));
  if (bytes.length > LIMIT_MAX) throw new RangeError('a shape too large');
  write(bytes, 0, shape);
  return bytes;
}

/** Bytes of a shape's node and all below it. */
function sizeOf(shape: Shape): number {
  if (shape.kind === 'list') return 3 + sizeOf(shape.element);
  if (shape.kind !== 'object') return 3;
  const names = Object.keys(shape.members);
  if (names.length > MEMBERS_MAX) throw new RangeError('a shape with too many members');
  let size = 2;
  for (const name of names) size += 3 + name.length + sizeOf(shape.members[name]);
  return size;
}

/** Writes a node at `from`, and gives the place behind it and all below it. */
function write(bytes: Uint8Array, from: number, shape: Shape): number {
  bytes[from] = PlanKind[shape.kind];
  if (shape.kind === 'object') return writeObject(bytes, from + 1, shape.members);
  const limit = shape.kind === 'list' ? shape.countMax : shape.bytesMax;
  if (!(limit >= 0 && limit <= LIMIT_MAX)) throw new RangeError('a limit beyond 65,535');
  putNumber(bytes, from + 1, limit);
  return shape.kind === 'list' ? write(bytes, from + 3, shape.element) : from + 3;
}

function writeObject(bytes: Uint8Array, from: number, members: { [name: string]: Shape }): number {
  const names = Object.keys(members);
  bytes[from] = names.length;
  let place = from + 1;
  let node = from + 1;
  for (const name of names) node += 3 + name.length;
  for (const name of names) {
    if (name.length > NAME_BYTES_MAX) throw new RangeError(`a name too long: ${name}`);
    bytes[place++] = name.length;
    for (let i = 0; i < name.length; i++) bytes[place++] = name.charCodeAt(i) & 127;
    putNumber(bytes, place, node);
    place += 2;
    node = write(bytes, node, members[name]);
  }
  return node;
}

function putNumber(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 255;
}

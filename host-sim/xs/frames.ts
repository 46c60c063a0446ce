/**
 * The frames between a board that is stepped and its parent (engine/desk/stepped.c): a length in four bytes, a letter for
 * the kind, and values, each after a letter of its own. Numbers lie as the machine has them: both sides run on one.
 */

/** Whatever crosses; undefined among them. */
export type Value = undefined | boolean | number | string | Uint8Array;

/** A frame that came: its kind, and what it carries. */
export interface Frame {
  kind: string;
  values: Value[];
}

export const FRAME_BYTES_MAX = 8 * 1024 * 1024;

const LENGTH_BYTES = 4;

/** XS has texts in CESU-8: each unit of 16 bits for itself, and zero in two bytes, so that a zero ends a text. */
function encodeText(text: string): Buffer {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0 && unit < 0x80) bytes.push(unit);
    else if (unit < 0x800) bytes.push(0xc0 | (unit >> 6), 0x80 | (unit & 0x3f));
    else bytes.push(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
  }
  return Buffer.from(bytes);
}

function decodeText(bytes: Buffer): string {
  // Without units of a pair, and without zero, it is UTF-8.
  if (!bytes.includes(0xed) && !bytes.includes(0xc0)) return bytes.toString('utf8');
  const units: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at++];
    if (first < 0x80) units.push(first);
    else if (first < 0xe0) units.push(((first & 0x1f) << 6) | (bytes[at++] & 0x3f));
    else units.push(((first & 0x0f) << 12) | ((bytes[at++] & 0x3f) << 6) | (bytes[at++] & 0x3f));
  }
  return units.map(unit => String.fromCharCode(unit)).join('');
}

function counted(letter: string, bytes: Uint8Array, end: string): Buffer[] {
  const count = Buffer.alloc(LENGTH_BYTES);
  count.writeUInt32LE(bytes.length);
  return [
    Buffer.from(letter),
    count,
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
    Buffer.from(end),
  ];
}

function encodeValue(value: Value): Buffer[] {
  if (value === undefined) return [Buffer.from('u')];
  if (typeof value === 'boolean') return [Buffer.from(value ? 't' : 'f')];
  if (typeof value === 'string') return counted('s', encodeText(value), '\0');
  if (typeof value !== 'number') return counted('b', value, '');
  const number = Buffer.alloc(9, 'n');
  number.writeDoubleLE(value, 1);
  return [number];
}

/** A whole frame, with its length before it. */
export function encodeFrame(kind: string, ...values: Value[]): Buffer {
  const body = Buffer.concat([Buffer.from(kind), ...values.flatMap(encodeValue)]);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(body.length);
  return Buffer.concat([length, body]);
}

/** @param body a frame without its length @throws RangeError when it is torn */
export function decodeFrame(body: Buffer): Frame {
  const values: Value[] = [];
  for (let at = 1; at < body.length; ) {
    const letter = String.fromCharCode(body[at++]);
    if (letter === 'n') {
      values.push(body.readDoubleLE(at));
      at += 8;
    } else if (letter === 's' || letter === 'b') {
      const end = at + LENGTH_BYTES + body.readUInt32LE(at);
      const bytes = body.subarray(at + LENGTH_BYTES, end);
      at = letter === 's' ? end + 1 : end;
      if (at > body.length) throw new RangeError('a frame that is torn');
      values.push(letter === 's' ? decodeText(bytes) : Uint8Array.from(bytes));
    } else values.push(letter === 'u' ? undefined : letter === 't');
  }
  return { kind: String.fromCharCode(body[0]), values };
}

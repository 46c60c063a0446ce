/** Buffers of bytes, as ECMA-419 has them: an ArrayBuffer, or a view whose elements are bytes. */

/** Bytes of one transfer on a bus; as much as a chip has room for beside everything else. */
export const TRANSFER_BYTES_MAX = 4096;

export type ByteBuffer = ArrayBuffer | Uint8Array | Int8Array | DataView;

/** A view of the same bytes. @throws TypeError on what is no buffer of bytes, RangeError on more than `TRANSFER_BYTES_MAX` */
export function bytesOf(buffer: ByteBuffer): Uint8Array {
  const view = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(checkBuffer(buffer));
  if ('BYTES_PER_ELEMENT' in buffer && buffer.BYTES_PER_ELEMENT !== 1)
    throw new TypeError('elements of a buffer are bytes');
  checkCount(view.length);
  return view;
}

/** Exactly the bytes of a view, in an ArrayBuffer of their own. */
export const arrayBufferOf = (bytes: Uint8Array): ArrayBuffer =>
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;

/** The count again. @throws RangeError on one that is none, or more than `TRANSFER_BYTES_MAX` */
export function checkCount(count: number): number {
  if (!Number.isInteger(count) || count < 0 || count > TRANSFER_BYTES_MAX) {
    throw new RangeError(`${count} bytes cannot be transferred: ${TRANSFER_BYTES_MAX} at most`);
  }
  return count;
}

/** Reads as ECMA-419 has it: a count gives an ArrayBuffer, a buffer is filled and its number of bytes given. */
export function readInto(
  into: number | ByteBuffer,
  read: (count: number) => Uint8Array,
): ArrayBuffer | number {
  if (typeof into === 'number') return arrayBufferOf(read(checkCount(into)));
  const target = bytesOf(into);
  const bytes = read(target.length);
  target.set(bytes);
  return bytes.length;
}

/** The one format that a class has. @throws RangeError on another */
export function onlyFormat(own: string, format: string | undefined): void {
  if (format !== undefined && format !== own) throw new RangeError(`the format is ${own}, not ${format}`);
}

function checkBuffer(buffer: unknown): ArrayBuffer {
  if (!(buffer instanceof ArrayBuffer)) throw new TypeError('no buffer of bytes');
  return buffer;
}

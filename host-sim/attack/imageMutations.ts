/**
 * Faults of an image on its way: in its bytes, in its length, and in how it is sent. What is said of images serves for
 * manifests and lists of sectors too, where the proxy is told that folder.
 */
import { HASH_BYTES, SECTOR_BYTES } from '../../firmware/update/sectorTree.js';
import { parseRange } from '../images/range.js';
import { flipByte } from './flip.js';
import type { ImageMutation } from './imageProxy.js';

const onImage = (change: (image: Uint8Array) => Uint8Array): ImageMutation => {
  return async (_, whole) => ({ image: change(await whole()) });
};

/** One bit of the byte at this offset; negative counts from the end. */
export const changedByte = (at = -1): ImageMutation => onImage(image => flipByte(image, at));

/** The image, and so many bytes more, in the length that is announced as well. */
export const longerImage = (more: number): ImageMutation =>
  onImage(image => {
    const longer = new Uint8Array(image.length + more).fill(0x20);
    longer.set(image);
    return longer;
  });

/** Without its last bytes, and announced so. */
export const shorterImage = (less: number): ImageMutation => onImage(image => image.slice(0, -less));

/** Another sector of the image in place of this one: every byte is the image's, and the length is right. */
export const wrongSector = (index: number): ImageMutation =>
  onImage(image => {
    const wrong = image.slice();
    const other = index === 0 ? 1 : 0;
    wrong.set(image.subarray(other * SECTOR_BYTES, (other + 1) * SECTOR_BYTES), index * SECTOR_BYTES);
    return wrong;
  });

/** A list of sectors (folder `sectors`) of which one leaf is another: the path of every sector leads elsewhere. */
export const wrongPath = (index: number): ImageMutation =>
  onImage(list => flipByte(list, index * HASH_BYTES));

/** The request, the image that it asks for, and the head of an honest answer. */
async function asked(request: { range?: string }, whole: () => Promise<Uint8Array>) {
  const image = await whole();
  const range = parseRange(request.range, image.length);
  const partial = range !== undefined && range !== 'unsatisfiable';
  const { from, to } = partial ? range : { from: 0, to: image.length };
  const headers: Record<string, string | number> = { 'content-length': to - from };
  if (partial) headers['content-range'] = `bytes ${from}-${to - 1}/${image.length}`;
  return { image, from, to, status: partial ? 206 : 200, headers };
}

const wait = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Sends so many bytes, waits so long, and again: true, but never fast. */
export const slowDrip = (bytes: number, milliseconds: number): ImageMutation => {
  return async (request, whole) => {
    const { image, from, to, status, headers } = await asked(request, whole);
    const body = (async function* () {
      for (let at = from; at < to; at += bytes) {
        yield image.subarray(at, Math.min(to, at + bytes));
        await wait(milliseconds);
      }
    })();
    return { status, headers, body };
  };
};

/** Cuts the connection after so many bytes of each answer. */
export const cutAfter = (bytes: number): ImageMutation => {
  return async (request, whole) => {
    const { image, from, to, status, headers } = await asked(request, whole);
    const body = (async function* () {
      yield image.subarray(from, Math.min(to, from + bytes));
      // Given to the socket before it is cut.
      await wait(20);
      throw new Error('cut');
    })();
    return { status, headers, body };
  };
};

/** Sends without end, in chunks that announce no length. */
export const endlessImage = (): ImageMutation => {
  return async (request, whole) => {
    const { image, from, status, headers } = await asked(request, whole);
    const { 'content-length': _, ...rest } = headers;
    const body = (async function* () {
      yield image.subarray(from);
      for (;;) {
        yield new Uint8Array(16_384);
        await wait(1);
      }
    })();
    return { status, headers: rest, body };
  };
};

/**
 * The bytes of another place than was asked for.
 * @param shift how many bytes further
 * @param admitted `content-range` says so; otherwise it claims what was asked for
 */
export const wrongRange = (shift: number, admitted = false): ImageMutation => {
  return async (request, whole) => {
    const { image, from, to, status, headers } = await asked(request, whole);
    const body = new Uint8Array(to - from);
    body.set(image.subarray(Math.min(image.length, from + shift), Math.min(image.length, to + shift)));
    if (admitted) headers['content-range'] = `bytes ${from + shift}-${to - 1 + shift}/${image.length}`;
    return { status: admitted ? 206 : status, headers, body };
  };
};

/** The whole image with status 200, whatever range was asked for: what a server may do that knows no ranges. */
export const ignoredRange = (): ImageMutation => {
  return async (_, whole) => {
    const image = await whole();
    return { status: 200, headers: { 'content-length': image.length }, body: image };
  };
};

/** The whole image but its last byte with status 200, whatever range was asked for. */
export const shorterWhole = (): ImageMutation => {
  return async (_, whole) => {
    const image = (await whole()).slice(0, -1);
    return { status: 200, headers: { 'content-length': image.length }, body: image };
  };
};

/** A status in place of the image. */
export const refused = (status = 503): ImageMutation => {
  return async () => ({ status, headers: { 'content-length': 0 }, body: new Uint8Array(0) });
};

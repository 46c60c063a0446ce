/**
 * An image server on the virtual network: files by path, whole or one range of them, piece by piece, so that an image
 * takes its time. What it serves may be a lie; its boards must not care.
 */
import { createHash } from 'node:crypto';
import { parseRange } from '../images/range.js';
import { sectorsOf } from '../node/sectors.js';
import { type HttpReply, type HttpRequest, serveHttp } from './http.js';
import type { VirtualNetwork } from './network.js';
import type { VirtualTime } from './time.js';

/** Bytes of a piece, and milliseconds from one to the next: 40 KB a second. */
const PIECE_BYTES = 8192;
const PIECE_MS = 200;
/** Milliseconds between two pieces of a server that drips, below what a board bears. */
const DRIP_MS = 60_000;

/** The lies of a server. */
export const IMAGE_LIES = ['another', 'flipped', 'longer', 'short', 'absent', 'silent', 'drip'] as const;
/** Those, and a 200 with the whole in answer to a range, and an answer without end. */
export const ALL_IMAGE_LIES = [...IMAGE_LIES, 'whole', 'endless'] as const;
export type ImageLie = (typeof ALL_IMAGE_LIES)[number];

const hexHash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The files that all servers of a world have. */
export class ImageFiles {
  readonly #files = new Map<string, Uint8Array>();
  /** By path, what a liar has in its place. */
  readonly #others = new Map<string, Uint8Array>();

  /** An image, the list of its sectors, the head of its manifest. @param other whole as well, and named by nobody */
  put(image: Uint8Array, manifest: Uint8Array, other: Uint8Array): void {
    const { list, root } = sectorsOf(image);
    this.#files.set(`/images/${hexHash(image)}`, image);
    this.#others.set(`/images/${hexHash(image)}`, other);
    this.#files.set(`/sectors/${Buffer.from(root).toString('hex')}`, list);
    this.#files.set(`/manifests/${hexHash(manifest)}`, manifest);
  }

  /** The file at a path, or what a liar says is there; undefined when there is none. */
  at(path: string, lie: ImageLie | undefined): Uint8Array | undefined {
    const file = this.#files.get(path);
    if (!file || lie === undefined) return file;
    if (lie === 'absent') return undefined;
    if (lie === 'another') return this.#others.get(path) ?? file;
    if (lie === 'longer') return new Uint8Array(Buffer.concat([file, Buffer.from('more')]));
    if (lie !== 'flipped') return file;
    const flipped = Uint8Array.from(file);
    flipped[flipped.length >> 1] ^= 1;
    return flipped;
  }
}

export interface ImageServerOptions {
  time: VirtualTime;
  network: VirtualNetwork;
  /** `host:port`. */
  name: string;
  files: ImageFiles;
  /** Drawn for each request; none if left out. */
  lie?(path: string): ImageLie | undefined;
}

/** Answers at its name for ever. */
export function serveImages(options: ImageServerOptions): void {
  const { lie, name, network } = options;
  serveHttp(network, name, (request, reply) => answer(options, request, reply, lie?.(request.path)));
}

async function answer(
  { files, time }: ImageServerOptions,
  { header, method, path }: HttpRequest,
  reply: HttpReply,
  lie: ImageLie | undefined,
): Promise<void> {
  if (lie === 'silent') return;
  const file = files.at(path, lie);
  if (!file || method === 'POST') return void reply.head(404, { 'content-length': 0 });
  if (lie === 'endless') return sendForEver(reply, time);
  const range = lie === 'whole' ? undefined : parseRange(header('range'), file.length);
  if (range === 'unsatisfiable') return void reply.head(416, { 'content-length': 0 });
  const { from, to } = range ?? { from: 0, to: file.length };
  reply.head(range ? 206 : 200, {
    'content-length': to - from,
    ...(range && { 'content-range': `bytes ${from}-${to - 1}/${file.length}` }),
  });
  if (method === 'HEAD') return;
  const end = lie === 'short' ? from + ((to - from) >> 1) : to;
  for (let at = from; at < end && !reply.isGone; at += PIECE_BYTES) {
    reply.send(file.subarray(at, Math.min(end, at + PIECE_BYTES)));
    await time.wait(lie === 'drip' ? DRIP_MS : PIECE_MS);
  }
  if (lie === 'short') reply.close();
}

/** Zeros without an end, until nobody listens any more. */
async function sendForEver(reply: HttpReply, time: VirtualTime): Promise<void> {
  reply.head(200, {});
  while (!reply.isGone) {
    reply.send(new Uint8Array(PIECE_BYTES));
    await time.wait(PIECE_MS);
  }
}

/**
 * An image server: content addressed, `GET /images/<sha256 in hex>`, with HEAD and one byte range (RFC 9110, 14),
 * so that a board can go on where it was cut. Nobody trusts it: what it serves is checked by who asked.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { IMAGE_BYTES_MAX } from '../../firmware/store/imageHeader.js';
import { startHttpServer } from '../node/network/httpServer.js';
import { sendImage } from './respond.js';

export interface ImageServerOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  /** Closes the server when aborted. */
  signal?: AbortSignal;
  /** Told of each answer that has body bytes: how far into the image its last byte lies. */
  onProgress?(progress: Progress): void;
}

export interface Progress {
  sha256: string;
  /** First byte sent and the one after the last. */
  from: number;
  to: number;
  /** Bytes of the whole image. */
  size: number;
}

export interface ImageServer {
  /** `http://127.0.0.1:port` */
  url: string;
  /** Offers an image; returns its address, the SHA-256 in lower-case hex without 0x. */
  put(image: Uint8Array): string;
  remove(sha256: string): void;
  close(): Promise<void>;
}

/** Images kept at a time: a server for one's own desk. */
const IMAGES_MAX = 64;

/** @throws Error with one line that names the remedy, when the port is taken. */
export async function startImageServer(options: ImageServerOptions = {}): Promise<ImageServer> {
  const { port = 0, signal, onProgress } = options;
  const images = new Map<string, Uint8Array>();
  const { close, url } = await startHttpServer({
    answer: (request, response) => answer(images, request, response, onProgress),
    port,
    signal,
    name: 'image server',
    remedy: 'give another port, or a running one with --images URL',
  });
  return {
    url,
    put(image) {
      if (image.length > IMAGE_BYTES_MAX) throw new RangeError('the image is too long');
      if (images.size >= IMAGES_MAX) throw new RangeError('too many images');
      const copy = image.slice();
      const sha256 = createHash('sha256').update(copy).digest('hex');
      images.set(sha256, copy);
      return sha256;
    },
    remove: sha256 => void images.delete(sha256),
    close,
  };
}

function answer(
  images: Map<string, Uint8Array>,
  request: IncomingMessage,
  response: ServerResponse,
  onProgress: ImageServerOptions['onProgress'],
): void {
  request.resume();
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const path = /^\/images\/([0-9a-f]{64})$/.exec(request.url ?? '');
  const image = path ? images.get(path[1]) : undefined;
  if (!path || !image) {
    response.writeHead(404).end();
    return;
  }
  const { method, headers } = request;
  sendImage(image, { method, range: headers.range }, response, ({ from, to }) =>
    onProgress?.({ sha256: path[1], from, to, size: image.length }),
  );
}

/**
 * An image server: content addressed, `GET /images/<sha256 in hex>`, with HEAD and one byte range (RFC 9110, 14),
 * so that a board can go on where it was cut. Beside the images lie the heads of their manifests,
 * `/manifests/<manifestHash>`, the lists of their sectors, `/sectors/<root>`, and documents for people and tools,
 * `/documents/<sha256>`, and deltas, `/deltas/<sha256>`. Nobody trusts it: what it serves is checked by who asked. Where
 * it takes uploads, `PUT` of an image, the head of a manifest, a document or a delta under its own hash puts it there.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { IMAGE_BYTES_MAX } from '../../firmware/store/imageHeader.js';
import { startHttpServer } from '../node/network/httpServer.js';
import { sectorsOf } from '../node/sectors.js';
import { keepFile, readKept } from './keptFiles.js';
import { sendFile } from './respond.js';
import { readUpload } from './upload.js';

export interface ImageServerOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  /** Closes the server when aborted. */
  signal?: AbortSignal;
  /** True: whoever reaches it may add files, each under its own hash. */
  uploads?: boolean;
  /** A directory in which it keeps its files, and finds those of before; in memory alone if left out. */
  directory?: string;
  /** Told of each answer with bytes of an image: how far into it its last byte lies. */
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
  /**
   * Offers an image, the list of its sectors, and the head of its manifest; returns the image's address, the SHA-256 in
   * lower-case hex without 0x.
   */
  put(image: Uint8Array, manifest?: Uint8Array): string;
  /** Takes an image away; its list and manifest stay. */
  remove(sha256: string): void;
  close(): Promise<void>;
}

/** Files kept at a time, three an image: a server for one's own desk, on which an hour of attacks publishes a hundred. */
const FILES_MAX = 384;

const hashOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** @throws Error with one line that names the remedy, when the port is taken. */
export async function startImageServer(options: ImageServerOptions = {}): Promise<ImageServer> {
  const { directory, port = 0, signal, uploads = false, onProgress } = options;
  /** By path. */
  const files = directory === undefined ? new Map<string, Uint8Array>() : readKept(directory, FILES_MAX);
  const add = (folder: string, name: Uint8Array, bytes: Uint8Array) => {
    const path = `/${folder}/${Buffer.from(name).toString('hex')}`;
    if (directory !== undefined && !files.has(path)) keepFile(directory, path, bytes);
    files.set(path, bytes.slice());
  };
  const putImage = (image: Uint8Array): Buffer => {
    const sha256 = hashOf(image);
    const { list, root } = sectorsOf(image);
    add('images', sha256, image);
    add('sectors', root, list);
    return sha256;
  };
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const upload = await readUpload(request).catch(() => 400 as const);
    const status = typeof upload === 'number' ? upload : files.size >= FILES_MAX ? 507 : 201;
    if (typeof upload !== 'number' && status === 201) {
      if (upload.folder === 'images') putImage(upload.bytes);
      else add(upload.folder, hashOf(upload.bytes), upload.bytes);
    }
    // The rest of a refused body is not read.
    if (status !== 201) response.setHeader('connection', 'close');
    response.writeHead(status).end();
  };
  const { close, url } = await startHttpServer({
    answer: (request, response) => {
      if (uploads && request.method === 'PUT') void take(request, response);
      else answer(files, request, response, onProgress);
    },
    port,
    signal,
    name: 'image server',
    remedy: 'give another port, or a running one with --images URL',
  });
  return {
    url,
    put(image, manifest) {
      if (image.length > IMAGE_BYTES_MAX) throw new RangeError('the image is too long');
      if (files.size >= FILES_MAX) throw new RangeError('too many images');
      const sha256 = putImage(image);
      if (manifest) add('manifests', hashOf(manifest), manifest);
      return sha256.toString('hex');
    },
    remove: sha256 => void files.delete(`/images/${sha256}`),
    close,
  };
}

function answer(
  files: ReadonlyMap<string, Uint8Array>,
  request: IncomingMessage,
  response: ServerResponse,
  onProgress: ImageServerOptions['onProgress'],
): void {
  request.resume();
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const { method, headers, url = '' } = request;
  const file = files.get(url);
  if (!file) {
    response.writeHead(404).end();
    return;
  }
  sendFile(file, { method, range: headers.range }, response, ({ from, to }) => {
    const [, folder, sha256] = url.split('/');
    if (folder === 'images') onProgress?.({ sha256, from, to, size: file.length });
  });
}

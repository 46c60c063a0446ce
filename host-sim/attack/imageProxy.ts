/**
 * An image server that lies on demand: it stands before a real one and lets a mutation decide what is served.
 * Without a mutation it serves what the real one has.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendFile } from '../images/respond.js';
import { startHttpServer } from '../node/network/httpServer.js';

/** The folders of an image server: images, the heads of their manifests, the lists of their sectors. */
export type ImageFolder = 'images' | 'manifests' | 'sectors';

export interface ImageRequest {
  method: string;
  /** `/images/<sha256>`, or of another folder. */
  path: string;
  /** The header, if there was one. */
  range?: string;
}

/** Another image, served as an honest server would; or an HTTP answer, made by hand. A body that throws is cut. */
export type ImageOutcome =
  | { image: Uint8Array }
  | {
      status: number;
      headers: Record<string, string | number>;
      body: AsyncIterable<Uint8Array> | Uint8Array;
    };

/**
 * Undefined lets the honest answer pass.
 * @param whole fetches the image from the real server
 */
export type ImageMutation = (
  request: ImageRequest,
  whole: () => Promise<Uint8Array>,
) => Promise<ImageOutcome | undefined>;

export interface ImageProxy {
  /** `http://127.0.0.1:port` */
  url: string;
  /** The requests so far, of all folders, the newest last; the newest 10,000 of them. */
  requests: ImageRequest[];
  /** Changes what is served of one folder, of images if none is named; the others stay as they are. */
  setMutation(mutation: ImageMutation | undefined, folder?: ImageFolder): void;
  close(): Promise<void>;
}

export interface ImageProxyOptions {
  /** URL of the server behind. */
  upstream: string;
  mutation?: ImageMutation;
  port?: number;
  signal?: AbortSignal;
}

const REQUESTS_KEPT_MAX = 10_000;

/**
 * Starts an image server that passes requests on to `upstream`, and answers as a mutation says.
 *
 * @throws Error with one line that names the remedy, when the port is taken
 */
export async function imageProxy(options: ImageProxyOptions): Promise<ImageProxy> {
  options.signal?.throwIfAborted();
  const { upstream, port = 0, signal } = options;
  const requests: ImageRequest[] = [];
  const ended = new AbortController();
  const mutations: Partial<Record<string, ImageMutation>> = { images: options.mutation };

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    incoming.resume();
    const { method = 'GET', url: path = '/', headers } = incoming;
    const request: ImageRequest = {
      method,
      path,
      ...(headers.range !== undefined && { range: headers.range }),
    };
    requests.push(request);
    requests.splice(0, Math.max(0, requests.length - REQUESTS_KEPT_MAX));
    const behind = await fetch(new URL(path, upstream), { signal: ended.signal });
    const image = new Uint8Array(await behind.arrayBuffer());
    if (!behind.ok) {
      response.writeHead(behind.status).end();
      return;
    }
    const outcome = await mutations[path.split('/')[1]]?.(request, async () => image.slice());
    if (outcome && 'status' in outcome) await sendByHand(outcome, response, ended.signal);
    else sendFile(outcome?.image ?? image, request, response);
  }

  const { close: stop, url } = await startHttpServer({
    answer: (request, response) => void serve(request, response).catch(() => response.destroy()),
    port,
    signal,
    name: 'image proxy',
    remedy: 'give another port',
    limits: { connections: 256 },
  });
  const close = () => {
    ended.abort();
    return stop();
  };
  signal?.addEventListener('abort', () => ended.abort(), { once: true, signal: ended.signal });
  return {
    url,
    requests,
    setMutation(mutation, folder = 'images') {
      mutations[folder] = mutation;
    },
    close,
  };
}

async function sendByHand(
  { status, headers, body }: Extract<ImageOutcome, { status: number }>,
  response: ServerResponse,
  ended: AbortSignal,
): Promise<void> {
  response.writeHead(status, headers);
  response.flushHeaders();
  const closed = new Promise<void>(resolve => response.once('close', resolve));
  const pieces = body instanceof Uint8Array ? [body] : body;
  for await (const piece of pieces) {
    if (response.destroyed || ended.aborted) return;
    if (!response.write(piece)) {
      await Promise.race([closed, new Promise<void>(resolve => response.once('drain', resolve))]);
    }
  }
  response.end();
}

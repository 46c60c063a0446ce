/**
 * The page, served to this machine: its files, a stream of events, and acts. The stream is one JSON document a line, since
 * an EventSource cannot send the token.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { boundedBody } from '../../host-sim/node/network/boundedBody.js';
import { startHttpServer } from '../../host-sim/node/network/httpServer.js';
import type { PageEvent } from '../../host-sim/page/protocol.js';
import { ACT_BYTES_MAX, parseAct } from './act.js';
import { newToken, recordingHeaders, refusal, safeHeaders } from './guard.js';
import { OPENED_BYTES_MAX, Opened } from './opened.js';
import type { PageWorld } from './pageWorld.js';

export interface PageServerOptions {
  world: PageWorld;
  /** Path, `/` for the first → content with its type. */
  files: ReadonlyMap<string, { type: string; bytes: Uint8Array }>;
  port?: number;
  /** Hexadecimal; a fresh one if left out. */
  token?: string;
  signal?: AbortSignal;
}

/** Milliseconds between two signs of life. */
const BEAT_MS = 5000;
/** Bytes that may wait for a page that does not read; then it is cut off, and connects anew. */
const WAITING_BYTES_MAX = 8_000_000;

/** @throws Error with one line, when it cannot listen on that port */
export async function startPage(options: PageServerOptions) {
  const { files, port, signal, token = newToken(), world } = options;
  const opened = new Opened(files);
  let url = '';
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://page');
    const id = searchParams.get('world');
    const seen = id === null ? world : opened.world(id);
    const isApi = path.startsWith('/api/');
    const recording = path.startsWith('/opened/') ? opened.page(path.slice('/opened/'.length)) : undefined;
    const refused = refusal(request.headers, { token, url }, isApi);
    const file = request.method === 'GET' ? files.get(path) : undefined;
    if (refused) end(response, refused, 'This page is for whoever has its whole address.');
    else if (path === '/api/events' && request.method === 'GET' && seen) stream(seen, response);
    else if (path === '/api/act' && request.method === 'POST' && seen) void take(seen, request, response);
    else if (path === '/api/open' && request.method === 'POST')
      void takeFile(opened, searchParams.get('name') ?? '', request, response);
    else if (recording && request.method === 'GET') response.writeHead(200, recordingHeaders).end(recording);
    else if (file) response.writeHead(200, { ...safeHeaders, 'content-type': file.type }).end(file.bytes);
    else end(response, 404, 'There is nothing here.');
  };
  const server = await startHttpServer({
    ...{ answer, port, signal },
    name: 'page',
    remedy: 'give another one with --page-port',
  });
  ({ url } = server);
  return { url: `${url}/#${token}`, close: server.close };
}

function end(response: ServerResponse, status: number, words: string): void {
  response
    .writeHead(status, { ...safeHeaders, 'content-type': 'text/plain; charset=utf-8' })
    .end(`${words}\n`);
}

function stream(world: PageWorld, response: ServerResponse): void {
  response.writeHead(200, { ...safeHeaders, 'content-type': 'application/x-ndjson' });
  const tell = (event: PageEvent): void => {
    if (response.writableLength > WAITING_BYTES_MAX) response.destroy();
    else response.write(`${JSON.stringify(event)}\n`);
  };
  for (const event of world.known()) tell(event);
  const stop = world.follow(tell);
  const beat = setInterval(() => tell({ kind: 'beat' }), BEAT_MS);
  response.on('close', () => {
    clearInterval(beat);
    stop();
  });
}

async function takeFile(
  opened: Opened,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await boundedBody(request, OPENED_BYTES_MAX).catch(() => undefined);
  const outcome = body
    ? opened.open(body, name)
    : { ok: false, says: `A file has ${OPENED_BYTES_MAX / 1024 / 1024} MB at most.` };
  response
    .writeHead(200, { ...safeHeaders, 'content-type': 'application/json' })
    .end(JSON.stringify(outcome));
}

async function take(world: PageWorld, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await boundedBody(request, ACT_BYTES_MAX).catch(() => undefined);
  const act = body && parseAct(body.toString('utf8'));
  if (!act) return end(response, 400, 'This is not an act.');
  const outcome = await world.act(act);
  response
    .writeHead(200, { ...safeHeaders, 'content-type': 'application/json' })
    .end(JSON.stringify(outcome));
}

/** A node that is not what it seems: passes on what another answers, changed. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  status: number;
  type: string;
  body: Buffer;
}

type Said = Answer | 'silent' | 'endless';

export interface LyingNode {
  url: string;
  /** As a prover names it, at this place of its list. */
  nameAt(place: number): string;
  /** Paths of the requests that it got. */
  asked: string[];
  /** Replaceable at any time. */
  lie: (path: string, answer: Answer) => Said | Promise<Said>;
  /** Idempotent. Whatever it was still asking of the other is given up. */
  close(): Promise<void>;
}

/** `jsonOnly` makes it a node that speaks no SSZ. */
export async function startLyingNode(target: string, { jsonOnly = false } = {}): Promise<LyingNode> {
  const node: Pick<LyingNode, 'asked' | 'lie'> = { asked: [], lie: (_, answer) => answer };
  const closing = new AbortController();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    node.asked.push(path);
    const body = await readAll(request);
    const honest = await fetch(`${target}${path === '/' ? '' : path}`, {
      method: request.method,
      headers: {
        accept: jsonOnly ? 'application/json' : (request.headers.accept ?? ''),
        'content-type': 'application/json',
      },
      body: request.method === 'POST' ? body : undefined,
      signal: closing.signal,
    });
    const { headers, status } = honest;
    const type = headers.get('content-type') ?? '';
    const told = { status, type, body: Buffer.from(await honest.arrayBuffer()) };
    const lie = await node.lie(`${path}${body}`, told);
    if (lie === 'silent') return;
    if (lie === 'endless') return floodWith(response);
    response.writeHead(lie.status, { 'content-type': lie.type }).end(lie.body);
  };
  const server = createServer((request, response) => {
    response.on('error', () => {});
    // The asker has gone, or the node whose answers are passed on: then this one has nothing to say either.
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  const close = () =>
    new Promise<void>(resolve => {
      closing.abort();
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(node, {
    url: `http://127.0.0.1:${port}`,
    nameAt: (place: number) => `127.0.0.1:${port}#${place}`,
    close: () => (closed ??= close()),
  });
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}

function floodWith(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(65_536)));
  };
  response.on('drain', more);
  more();
}

/** With one bit changed at a place counted from the end. */
export function flipped({ body, ...rest }: Answer, fromEnd: number): Answer {
  const copy = Buffer.from(body);
  copy[copy.length - fromEnd] ^= 1;
  return { ...rest, body: copy };
}

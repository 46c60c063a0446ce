/** A node that is not what it seems: passes on what another answers, changed. */
import { createServer, type Server } from 'node:http';

export interface Answer {
  status: number;
  type: string;
  body: Buffer;
}

export interface LyingNode {
  url: string;
  /** Requests that it got. */
  asked: string[];
  /** Replaceable at any time. */
  lie: (path: string, answer: Answer) => Answer | 'silent' | 'endless';
  close(): Promise<void>;
}

/** `jsonOnly` makes it a node that speaks no SSZ. */
export async function startLyingNode(target: string, { jsonOnly = false } = {}): Promise<LyingNode> {
  const node: Omit<LyingNode, 'url' | 'close'> = { asked: [], lie: (_, answer) => answer };
  const server: Server = createServer(async (request, response) => {
    const body: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) body.push(piece);
    const path = request.url ?? '/';
    node.asked.push(path);
    const honest = await fetch(`${target}${path === '/' ? '' : path}`, {
      method: request.method,
      headers: {
        accept: jsonOnly ? 'application/json' : (request.headers.accept ?? ''),
        'content-type': 'application/json',
      },
      body: request.method === 'POST' ? Buffer.concat(body) : undefined,
    });
    const answer = {
      status: honest.status,
      type: honest.headers.get('content-type') ?? '',
      body: Buffer.from(await honest.arrayBuffer()),
    };
    const lie = node.lie(`${path}${Buffer.concat(body)}`, answer);
    response.on('error', () => {});
    if (lie === 'silent') return;
    if (lie === 'endless') {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
      return;
    }
    response.writeHead(lie.status, { 'content-type': lie.type }).end(lie.body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return Object.assign(node, {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

/** With one bit changed at a place counted from the end. */
export function flipped({ body, ...rest }: Answer, fromEnd: number): Answer {
  const copy = Buffer.from(body);
  copy[copy.length - fromEnd] ^= 1;
  return { ...rest, body: copy };
}

import test from 'ava';
import { serveHttp } from '../../../host-sim/world/http.js';
import type { ServedConnection, VirtualNetwork } from '../../../host-sim/world/network.js';

/** A server on a network of one connection, and what it answered. */
function served() {
  let connection: ServedConnection | undefined;
  const bodies: string[] = [];
  const network = { serve: (_: string, accept: (of: ServedConnection) => void) => accept(connection!) };
  connection = {
    client: 'board',
    onBytes() {},
    onGone() {},
    send() {},
    close() {},
  } as unknown as ServedConnection;
  serveHttp(network as unknown as VirtualNetwork, 'a:80', async ({ body }) => void bodies.push(body));
  return { bodies, say: (text: string) => connection!.onBytes!(Buffer.from(text)) };
}

for (const [what, length, body] of [
  ['a length that is a number is the body’s', '2', 'ab'],
  ['a length that is no number is none, and ends what a server does with the request', 'two', ''],
] as const) {
  test(what, async t => {
    const { bodies, say } = served();
    say(`POST / HTTP/1.1\r\nContent-Length: ${length}\r\n\r\n${body}`);
    await new Promise(resolve => setImmediate(resolve));
    t.deepEqual(bodies, [body]);
  });
}

/** A JSON-RPC endpoint on the virtual network, in front of the world's chain. */
import type { VirtualChain } from './chain.js';
import { serveHttp } from './http.js';
import type { VirtualNetwork } from './network.js';

/** Answers at `name`, `host:port`. */
export function serveEndpoint(network: VirtualNetwork, name: string, chain: VirtualChain): void {
  serveHttp(network, name, async ({ body, method }, reply) => {
    if (method !== 'POST') return void reply.close();
    const answer = Buffer.from(await chain.post(body));
    reply.head(200, { 'content-type': 'application/json', 'content-length': answer.length });
    reply.send(answer);
  });
}

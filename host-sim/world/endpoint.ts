/** A JSON-RPC endpoint on the virtual network, in front of the world's chain; it may be in trouble, or lie. */
import type { RpcAnswer, RpcCall, RpcMutation, RpcOutcome, Upstream } from '../attack/rpc/proxy.js';
import type { VirtualChain } from './chain.js';
import { type HttpReply, serveHttp } from './http.js';
import type { VirtualNetwork } from './network.js';

/** Asked for each request of a client: how that one is answered; honestly if it is undefined. */
export type Mood = (client: string) => RpcMutation | undefined;

const JSON_HEADERS = { 'content-type': 'application/json' } as const;

/** Answers at `name`, `host:port`. */
export function serveEndpoint(
  network: VirtualNetwork,
  name: string,
  chain: Pick<VirtualChain, 'post'>,
  mood: Mood = () => undefined,
): void {
  serveHttp(network, name, async ({ body, client, method }, reply) => {
    if (method !== 'POST') return void reply.close();
    const outcome = await outcomeOf(chain, body, mood(client));
    if (outcome === undefined) return send(reply, await chain.post(body));
    if ('body' in outcome) return send(reply, outcome.body, outcome.status);
    const head = { jsonrpc: '2.0', id: idOf(body) };
    const answer = 'value' in outcome ? outcome.value : 'cut' in outcome ? head : { ...head, ...outcome };
    const text = JSON.stringify(answer) ?? '';
    if (!('cut' in outcome)) return send(reply, text);
    if (outcome.cut > 0) {
      reply.head(200, { ...JSON_HEADERS, 'content-length': text.length });
      reply.send(Buffer.from(text.slice(0, outcome.cut)));
    }
    reply.close();
  });
}

function send(reply: HttpReply, body: string | Uint8Array, status = 200): void {
  const bytes = Buffer.from(body);
  reply.head(status, { ...JSON_HEADERS, 'content-length': bytes.length });
  reply.send(bytes);
}

/** Undefined when the honest answer passes, as it does where a lie finds nothing to lie about. */
async function outcomeOf(
  chain: Pick<VirtualChain, 'post'>,
  body: string,
  mutation: RpcMutation | undefined,
): Promise<RpcOutcome | undefined> {
  const call = mutation && callOf(body);
  if (!call) return undefined;
  const ask: Upstream['ask'] = async (method, params) => {
    const text = await chain.post(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
    const { error, result } = JSON.parse(text) as { result?: unknown; error?: never };
    return (error === undefined ? { result } : { error }) as RpcAnswer;
  };
  try {
    return await mutation(call, { ask, answer: () => ask(call.method, call.params) });
  } catch {
    return undefined;
  }
}

/** Undefined for a batch, or what is no request. */
function callOf(body: string): RpcCall | undefined {
  const { method, params } = parsed(body);
  return typeof method === 'string' && Array.isArray(params) ? { method, params } : undefined;
}

const idOf = (body: string): unknown => parsed(body).id ?? null;

function parsed(body: string): { id?: unknown; method?: unknown; params?: unknown } {
  try {
    return (JSON.parse(body) as object | null) ?? {};
  } catch {
    return {};
  }
}

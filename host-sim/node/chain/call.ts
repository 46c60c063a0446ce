/** One JSON-RPC call (JSON-RPC 2.0 over HTTP) with plain fetch: what sets a stage needs no client library. */
import { patient } from '../patience.js';

/** An error that the endpoint itself answered. */
export class RpcError extends Error {
  constructor(
    readonly method: string,
    readonly code: number,
    message: string,
  ) {
    super(`${method}: ${message} (${code})`);
  }
}

/**
 * @param timeout milliseconds until the call is given up
 * @throws RpcError when the endpoint answers with an error, Error when it does not answer
 */
export async function call(
  url: string,
  method: string,
  parameters: unknown[] = [],
  timeout = patient(30_000),
): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: parameters }),
    signal: AbortSignal.timeout(timeout),
  });
  const answer = (await response.json()) as { result?: unknown; error?: { code: number; message: string } };
  if (answer.error) throw new RpcError(method, answer.error.code, answer.error.message);
  return answer.result;
}

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
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: parameters });
  const answer = await ask(url, body, timeout);
  if (answer.error) throw new RpcError(method, answer.error.code, answer.error.message);
  return answer.result;
}

interface Answer {
  result?: unknown;
  error?: { code: number; message: string };
}

/** Of the URL an error tells the host alone: paths hold the keys of those who sell access to chains. */
async function ask(url: string, body: string, timeout: number): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const { host } = new URL(url);
  let text: string;
  try {
    const signal = AbortSignal.timeout(timeout);
    text = await (await fetch(url, { method: 'POST', headers, body, signal })).text();
  } catch (error) {
    const { cause, name } = error as Error & { cause?: { code?: string } };
    const reason = name === 'TimeoutError' ? `no answer in ${timeout} ms` : (cause?.code ?? name);
    throw new Error(`the chain at ${host} does not answer (${reason}): check the address and that it runs`, {
      cause: error,
    });
  }
  try {
    return JSON.parse(text) as Answer;
  } catch (error) {
    throw new Error(`the chain at ${host} answers with something else than JSON: check the address`, {
      cause: error,
    });
  }
}
